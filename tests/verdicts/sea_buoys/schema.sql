-- Buoys at sea: what they measure and when they cry for help.

CREATE DOMAIN severity AS integer CHECK (VALUE BETWEEN 1 AND 5);

CREATE TABLE buoys (
    buoy    text PRIMARY KEY CHECK (buoy ~ '^[A-Z]{3}[0-9]$'),
    sea     text NOT NULL,
    set_on  date NOT NULL CHECK (set_on BETWEEN '2010-01-01' AND '2029-12-31'),
    partner text REFERENCES buoys,
    CHECK (partner <> buoy)
);

COMMENT ON COLUMN buoys.partner IS 'The buoy its readings are compared with, if any.';

CREATE TABLE sensors (
    sensor_id integer PRIMARY KEY,
    buoy      text NOT NULL REFERENCES buoys,
    quantity  text NOT NULL CHECK (quantity IN ('temperature', 'wave', 'wind')),
    UNIQUE (buoy, quantity)
);

CREATE TABLE readings (
    sensor_id integer NOT NULL REFERENCES sensors,
    taken_at  timestamp NOT NULL CHECK (taken_at >= '2020-01-01' AND taken_at < '2030-01-01'),
    value     numeric(7, 3) CHECK (value BETWEEN -100 AND 1000),
    PRIMARY KEY (sensor_id, taken_at)
);

COMMENT ON COLUMN readings.value IS 'NULL where the sensor answered with a fault.';

CREATE TABLE alarms (
    alarm_id   integer PRIMARY KEY,
    buoy       text NOT NULL REFERENCES buoys,
    code       text NOT NULL,
    severity   severity NOT NULL,
    raised_at  timestamp NOT NULL CHECK (raised_at >= '2020-01-01' AND raised_at < '2030-01-01'),
    cleared_at timestamp CHECK (cleared_at < '2031-01-01'),
    CHECK (cleared_at > raised_at)
);

COMMENT ON COLUMN alarms.code IS 'As the buoy sent it, in capital letters or not.';
COMMENT ON COLUMN alarms.cleared_at IS 'NULL while the alarm is on; the first moment it is off.';

//! Reads JSON line by line.

use super::{Builder, Document};
use crate::error::PlanError;
use crate::input::Line;
use json_event_parser::{JsonEvent, LowLevelJsonParser};

/// Reads the value that begins with the first line, and tells how many lines it takes. Text after
/// its end on the last line is left alone.
///
/// JSON's strings have no line breaks: a line that ends inside one was cut by a terminal, and the
/// next goes on where it ended.
pub(crate) fn read(lines: &[Line]) -> Result<(Document, usize), PlanError> {
    let mut parser = LowLevelJsonParser::new();
    let mut builder = Builder::default();
    let mut buffer: Vec<u8> = Vec::new();
    let mut consumed = 0;
    let mut taken = 0_usize;
    let mut in_string = false;
    let mut is_ending = false;
    loop {
        let result = parser.parse_next(&buffer[consumed..], is_ending);
        consumed += result.consumed_bytes;
        let number = lines[taken.saturating_sub(1)].number;
        match result.event {
            None => {
                if is_ending {
                    return Err(ends_early(&builder, number));
                }
                buffer.drain(..consumed);
                consumed = 0;
                let Some(line) = lines.get(taken) else {
                    is_ending = true;
                    continue;
                };
                buffer.extend(line.text.bytes());
                in_string = ends_in_string(&line.text, in_string);
                if !in_string {
                    buffer.push(b'\n');
                }
                taken += 1;
                continue;
            }
            Some(Err(_)) if is_ending => return Err(ends_early(&builder, number)),
            Some(Err(error)) => {
                let problem = format!("the JSON is broken: {}", error.message());
                return Err(PlanError::at(number, problem));
            }
            Some(Ok(event)) => match event {
                JsonEvent::StartArray => builder.begin_list(number),
                JsonEvent::StartObject => builder.begin_map(number),
                JsonEvent::EndArray | JsonEvent::EndObject => builder.end(),
                JsonEvent::ObjectKey(key) => {
                    builder.key(key.into_owned());
                    continue;
                }
                JsonEvent::String(text) | JsonEvent::Number(text) => {
                    builder.text(text.into_owned(), number);
                }
                JsonEvent::Boolean(flag) => builder.text(flag.to_string(), number),
                JsonEvent::Null => builder.text(String::new(), number),
                JsonEvent::Eof => return Err(ends_early(&builder, number)),
            },
        }
        if builder.depth() == 0 {
            return Ok((builder.finish(), taken));
        }
    }
}

fn ends_early(builder: &Builder, number: usize) -> PlanError {
    let problem = match builder.open_line() {
        Some(begun) => format!("the JSON ends inside what began on line {begun}; is it complete?"),
        None => "the JSON ends before its value".to_owned(),
    };
    PlanError::at(number, problem)
}

fn ends_in_string(line: &str, mut in_string: bool) -> bool {
    let mut is_escaped = false;
    for byte in line.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = in_string,
            b'"' => in_string = !in_string,
            _ => {}
        }
    }
    in_string
}

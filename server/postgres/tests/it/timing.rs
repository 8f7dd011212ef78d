use crate::support::*;
use sqlground_postgres::*;
use std::time::Instant;
#[tokio::test]
async fn timing() {
    let home = Home::new();
    for i in 0..3 {
        let t = Instant::now();
        let t2 = t;
        let server = Server::start(home.settings(), move |p| {
            if !matches!(p, Progress::Unpacking{percent} if percent % 50 != 0) {
                println!("  {:?} {p}", t2.elapsed())
            }
        })
        .await
        .unwrap();
        println!("{i} started {:?}", t.elapsed());
        let t = Instant::now();
        provision(&server.superuser(), server.secret())
            .await
            .unwrap();
        println!("{i} provisioned {:?}", t.elapsed());
        if i == 0 {
            let s = server.superuser();
            ask(&s, "create table big as select g, repeat('x', 500) t from generate_series(1, 800000) g; vacuum analyze big").await.ok();
            ask(&s, "vacuum analyze big").await.unwrap();
            for on in ["on", "off", "on", "off", "on", "off"] {
                let t = Instant::now();
                ask(&s, &format!("set max_parallel_workers_per_gather=0; set track_io_timing={on}; select count(*) from big")).await.unwrap();
                println!("io timing {on} {:?}", t.elapsed());
            }
            let pm = home.postmaster();
            println!(
                "{}",
                std::fs::read_to_string(format!("/proc/{pm}/limits"))
                    .unwrap()
                    .lines()
                    .find(|l| l.contains("address"))
                    .unwrap()
            );
            println!(
                "{}",
                std::fs::read_to_string(format!("/proc/{pm}/status"))
                    .unwrap()
                    .lines()
                    .filter(|l| l.contains("Vm") || l.contains("Groups") || l.contains("Uid"))
                    .collect::<Vec<_>>()
                    .join(" | ")
            );
            for f in std::fs::read_dir(format!("/proc/{pm}/fd")).unwrap() {
                println!("fd {:?}", std::fs::read_link(f.unwrap().path()));
            }
            println!(
                "{}",
                String::from_utf8_lossy(&std::fs::read(format!("/proc/{pm}/environ")).unwrap())
                    .replace('\0', " ")
            );
            println!("{}", String::from_utf8_lossy(&std::process::Command::new("sh").arg("-c").arg(format!("ls -la {0} {0}/postgres; ps -eo pid,user,args | grep postgres; du -sh {0}/*; cat {0}/log/postgres.log", home.path().display())).output().unwrap().stdout));
        }
        let t = Instant::now();
        server.stop().await.unwrap();
        println!("{i} stopped {:?}", t.elapsed());
    }
}

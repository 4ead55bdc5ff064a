//! All rules over many resources of ten types: `cargo bench --bench types`.
//!
//! No rule and no edge of the model may look at every resource for each resource. The time per resource tells: it stays the same when there
//! are ten times as many. Each type is also measured alone, so that the one that grows is known.

#![expect(clippy::expect_used, reason = "without input there is nothing to measure")]
#![expect(clippy::disallowed_methods, reason = "only the library reads through one place")]

use std::path::{Path, PathBuf};

use buttress::check::Session;
use buttress::settings::Settings;
use divan::Bencher;
use divan::counter::ItemsCount;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

/// One resource of a type: `#` stands for its number.
const TYPES: [(&str, &str); 10] = [
    (
        "security_group",
        "ingress {\n    from_port       = 5432\n    to_port         = 5432\n    protocol        = \"tcp\"\n    security_groups = [\"sg-#\"]\n  }",
    ),
    (
        "lambda_function",
        "function_name = \"f-#\"\n  role          = \"arn:aws:iam::111122223333:role/f-#\"\n  runtime       = \"python3.13\"\n  timeout       = 30\n  \
         environment {\n    variables = { QUEUE = aws_sqs_queue.x#.url, HOST = aws_db_instance.x#.address }\n  }\n  vpc_config {\n    \
         subnet_ids         = [\"subnet-#\"]\n    security_group_ids = [aws_security_group.x#.id]\n  }",
    ),
    ("sqs_queue", "name                       = \"q-#\"\n  visibility_timeout_seconds = 180"),
    (
        "db_instance",
        "identifier             = \"d-#\"\n  engine                 = \"postgres\"\n  instance_class         = \"db.r7g.large\"\n  multi_az               = true\n  \
         vpc_security_group_ids = [aws_security_group.x#.id]",
    ),
    ("dynamodb_table", "name     = \"t-#\"\n  hash_key = \"id\""),
    ("s3_bucket", "bucket = \"example-b-#\""),
    (
        "cloudwatch_metric_alarm",
        "alarm_name          = \"a-#\"\n  namespace           = \"AWS/SQS\"\n  metric_name         = \"ApproximateAgeOfOldestMessage\"\n  \
         dimensions          = { QueueName = \"q-#\" }\n  comparison_operator = \"GreaterThanThreshold\"\n  evaluation_periods  = 1\n  \
         threshold           = 900\n  period              = 60\n  statistic           = \"Maximum\"\n  alarm_actions       = [\"arn:aws:sns:eu-west-1:111122223333:duty\"]",
    ),
    (
        "route53_record",
        "zone_id = \"Z1\"\n  name    = \"r-#.example.com\"\n  type    = \"CNAME\"\n  ttl     = 60\n  records = [\"t-#.example.net\"]",
    ),
    (
        "autoscaling_group",
        "name                = \"g-#\"\n  min_size            = 2\n  max_size            = 4\n  vpc_zone_identifier = [\"subnet-#\"]",
    ),
    (
        "iam_role_policy",
        "role   = \"f-#\"\n  policy = jsonencode({ Statement = [{ Effect = \"Allow\", Action = \"sqs:SendMessage\", Resource = aws_sqs_queue.x#.arn }] })",
    ),
];

/// So many resources of each of these types, a file to a type.
fn estate(name: &str, count: usize, types: &[(&str, &str)]) -> PathBuf {
    let top: PathBuf = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("types-{name}-{count}"));
    let _ = std::fs::remove_dir_all(&top);
    std::fs::create_dir_all(&top).expect("it can be made");
    std::fs::write(top.join("backend.tf"), "terraform {\n  backend \"s3\" {}\n}\n")
        .expect("it can be written");
    for (type_, body) in types {
        let block = |at: usize| {
            format!("resource \"aws_{type_}\" \"x{at}\" {{\n  {}\n}}\n", body.replace('#', &at.to_string()))
        };
        let text: String = (0..count).map(block).collect();
        std::fs::write(top.join(format!("{type_}.tf")), text).expect("the input can be written");
    }
    top
}

fn measure(bencher: Bencher<'_, '_>, top: PathBuf, resources: usize) {
    let settings = Settings { paths: vec![top], ..Settings::default() };
    let session = Session::embedded();
    bencher.counter(ItemsCount::new(resources)).bench(|| session.check(&settings));
}

/// All ten, which refer to each other.
#[divan::bench(args = [1_000, 10_000], sample_count = 3, sample_size = 1)]
fn all(bencher: Bencher<'_, '_>, count: usize) {
    measure(bencher, estate("all", count, &TYPES), count * TYPES.len());
}

/// Each alone, by its place in the list.
#[divan::bench(args = [1_000, 10_000], consts = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], sample_count = 1, sample_size = 1)]
fn one<const AT: usize>(bencher: Bencher<'_, '_>, count: usize) {
    let Some(one) = TYPES.get(AT) else { return };
    measure(bencher, estate(one.0, count, std::slice::from_ref(one)), count);
}

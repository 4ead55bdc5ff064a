//! A generated estate: believable configuration of any size, the same text for the same size.

use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Resources in one file of the estate.
pub(crate) const PER_FILE: usize = 50;
/// Files in one module of the estate.
pub(crate) const FILES_PER_MODULE: usize = 10;

/// The files of an estate with at least `resources` resources: 50 to a file, ten files to a module, one root that calls all.
#[must_use]
pub(crate) fn files(resources: usize) -> Vec<(PathBuf, String)> {
    let file_count = resources.div_ceil(PER_FILE);
    let module_count = file_count.div_ceil(FILES_PER_MODULE);
    let mut files = vec![(PathBuf::from("main.tf"), root(module_count))];
    for module in 0..module_count {
        let dir = PathBuf::from(format!("modules/service_{module:03}"));
        files.push((dir.join("interface.tf"), INTERFACE.to_owned()));
        for file in 0..FILES_PER_MODULE.min(file_count - module * FILES_PER_MODULE) {
            files.push((dir.join(format!("part_{file:02}.tf")), part(file)));
        }
    }
    files
}

/// Writes an estate below a directory.
///
/// # Errors
/// If a file cannot be written.
pub(crate) fn write(top: &Path, resources: usize) -> std::io::Result<()> {
    for (path, text) in files(resources) {
        let path = top.join(path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(path, text)?;
    }
    Ok(())
}

fn root(modules: usize) -> String {
    let mut text = String::from(
        r#"terraform {
  required_version = "~> 1.9"
  backend "s3" {
    bucket       = "estate-state"
    key          = "estate.tfstate"
    region       = "eu-central-1"
    use_lockfile = true
  }
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}

data "aws_availability_zones" "available" {
  state = "available"
}

resource "aws_vpc" "main" {
  cidr_block           = "10.0.0.0/8"
  enable_dns_hostnames = true
}

resource "aws_sns_topic" "oncall" {
  name = "estate-oncall"
}

resource "aws_sns_topic_subscription" "oncall" {
  topic_arn = aws_sns_topic.oncall.arn
  protocol  = "email"
  endpoint  = "oncall@example.com"
}
"#,
    );
    for module in 0..modules {
        let _ = write!(
            text,
            r#"
module "service_{module:03}" {{
  source = "./modules/service_{module:03}"

  name       = "service-{module:03}"
  vpc_id     = aws_vpc.main.id
  vpc_cidr   = cidrsubnet(aws_vpc.main.cidr_block, 8, {module})
  zones      = slice(data.aws_availability_zones.available.names, 0, 3)
  alarm_arns = [aws_sns_topic.oncall.arn]
  tags = {{
    service = "service-{module:03}"
    owner   = "team-{}"
  }}
}}
"#,
            module % 7
        );
    }
    text
}

const INTERFACE: &str = r#"# What a service of the estate needs from its caller.

variable "name" {
  description = "Prefix of all names."
  type        = string
}

variable "vpc_id" {
  description = "The network."
  type        = string
}

variable "vpc_cidr" {
  description = "Address range of the service."
  type        = string
}

variable "zones" {
  description = "Availability Zones to use."
  type        = list(string)
}

variable "alarm_arns" {
  description = "Where alarms go."
  type        = list(string)
}

variable "tags" {
  description = "Tags of everything."
  type        = map(string)
  default     = {}
}

locals {
  tags = merge(var.tags, { managed-by = "terraform", module = var.name })
  subnets = {
    for index, zone in var.zones : "zone-${index}" => {
      zone = zone
      cidr = cidrsubnet(var.vpc_cidr, 4, index)
    }
  }
}

resource "aws_subnet" "private" {
  for_each          = local.subnets
  vpc_id            = var.vpc_id
  cidr_block        = each.value.cidr
  availability_zone = each.value.zone
  tags              = merge(local.tags, { Name = "${var.name}-${each.key}" })
}

resource "aws_db_subnet_group" "main" {
  name       = "${var.name}-db"
  subnet_ids = [for subnet in aws_subnet.private : subnet.id]
  tags       = local.tags
}

resource "aws_security_group" "main" {
  name        = "${var.name}-main"
  description = "Traffic of ${var.name}"
  vpc_id      = var.vpc_id

  dynamic "ingress" {
    for_each = toset(["80", "443"])
    content {
      from_port   = tonumber(ingress.value)
      to_port     = tonumber(ingress.value)
      protocol    = "tcp"
      cidr_blocks = [var.vpc_cidr]
    }
  }
}

output "subnet_ids" {
  description = "Where the service stands."
  value       = values(aws_subnet.private)[*].id
}
"#;

/// One file: ten groups of five resources that refer to each other.
fn part(file: usize) -> String {
    let mut text = String::from("# Generated: one component after the other.\n");
    for group in 0..PER_FILE / 5 {
        let id = format!("{file:02}_{group:02}");
        let block = match group % 3 {
            0 => QUEUE,
            1 => FUNCTION,
            _ => DATABASE,
        };
        text.push_str(&block.replace("@", &id));
    }
    text
}

const QUEUE: &str = r#"
# Work that may wait.
resource "aws_sqs_queue" "work_@" {
  name                       = "${var.name}-work-@"
  visibility_timeout_seconds = 180
  message_retention_seconds  = 345600
  receive_wait_time_seconds  = 20
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_@.arn
    maxReceiveCount     = 5
  })
  tags = local.tags
}

resource "aws_sqs_queue" "dead_@" {
  name                      = "${var.name}-dead-@"
  message_retention_seconds = 1209600
  tags                      = local.tags
}

resource "aws_cloudwatch_metric_alarm" "dead_@" {
  alarm_name          = "${var.name}-dead-@"
  alarm_description   = "Messages of ${var.name} could not be handled"
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 1
  period              = 300
  statistic           = "Maximum"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_arns
  dimensions = {
    QueueName = aws_sqs_queue.dead_@.name
  }
}

resource "aws_sns_topic" "events_@" {
  name              = format("%s-events-%s", var.name, "@")
  kms_master_key_id = "alias/aws/sns"
  tags              = local.tags
}

resource "aws_sns_topic_subscription" "work_@" {
  topic_arn            = aws_sns_topic.events_@.arn
  protocol             = "sqs"
  endpoint             = aws_sqs_queue.work_@.arn
  raw_message_delivery = true
  redrive_policy       = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dead_@.arn })
}
"#;

const FUNCTION: &str = r#"
# A function with what it needs to run.
resource "aws_iam_role" "fn_@" {
  name = "${var.name}-fn-@"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_cloudwatch_log_group" "fn_@" {
  name              = "/aws/lambda/${var.name}-fn-@"
  retention_in_days = 30
  tags              = local.tags
}

resource "aws_lambda_function" "fn_@" {
  function_name = "${var.name}-fn-@"
  role          = aws_iam_role.fn_@.arn
  handler       = "index.handler"
  runtime       = "nodejs22.x"
  filename      = "build/fn.zip"
  timeout       = 30
  memory_size   = 512

  environment {
    variables = {
      SERVICE = var.name
      STAGE   = "production"
    }
  }

  tracing_config {
    mode = "Active"
  }

  vpc_config {
    subnet_ids         = values(aws_subnet.private)[*].id
    security_group_ids = [aws_security_group.main.id]
  }

  depends_on = [aws_cloudwatch_log_group.fn_@]
  tags       = local.tags
}

resource "aws_cloudwatch_metric_alarm" "fn_@" {
  alarm_name          = "${var.name}-fn-@-errors"
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 3
  period              = 60
  statistic           = "Sum"
  alarm_actions       = var.alarm_arns
  dimensions          = { FunctionName = aws_lambda_function.fn_@.function_name }
}

resource "aws_cloudwatch_event_rule" "fn_@" {
  name                = "${var.name}-fn-@"
  schedule_expression = "rate(5 minutes)"
}
"#;

const DATABASE: &str = r#"
# Data that must not be lost.
resource "aws_db_instance" "db_@" {
  identifier                = "${var.name}-db-@"
  engine                    = "postgres"
  engine_version            = "16.4"
  instance_class            = "db.r6g.large"
  allocated_storage         = 200
  max_allocated_storage     = 1000
  db_subnet_group_name      = aws_db_subnet_group.main.name
  vpc_security_group_ids    = [aws_security_group.main.id]
  multi_az                  = true
  backup_retention_period   = 14
  deletion_protection       = true
  skip_final_snapshot       = false
  final_snapshot_identifier = "${var.name}-db-@-final"
  storage_encrypted         = true
  tags                      = local.tags
}

resource "aws_cloudwatch_metric_alarm" "db_@" {
  alarm_name          = "${var.name}-db-@-cpu"
  namespace           = "AWS/RDS"
  metric_name         = "CPUUtilization"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 80
  evaluation_periods  = 3
  period              = 300
  statistic           = "Average"
  alarm_actions       = var.alarm_arns
  dimensions          = { DBInstanceIdentifier = aws_db_instance.db_@.identifier }
}

resource "aws_dynamodb_table" "table_@" {
  name                        = "${var.name}-table-@"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "id"
  deletion_protection_enabled = true

  attribute {
    name = "id"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }

  tags = local.tags
}

resource "aws_cloudwatch_metric_alarm" "table_@" {
  alarm_name          = "${var.name}-table-@-throttles"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ThrottledRequests"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 3
  period              = 60
  statistic           = "Sum"
  alarm_actions       = var.alarm_arns
  dimensions          = { TableName = aws_dynamodb_table.table_@.name }
}

resource "aws_s3_bucket" "files_@" {
  bucket        = lower("${var.name}-files-@")
  force_destroy = false
  tags          = local.tags
}
"#;

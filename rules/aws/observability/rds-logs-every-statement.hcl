rule "rds-logs-every-statement" {
  summary   = "Database logs every statement"
  principle = "observability"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    The log shares the disk with the data and grows with the load: on the busiest day it slows the database down and fills its storage. The
    few lines that matter drown in it.
  MD
  fix       = "Log what is slow instead: `log_min_duration_statement` above 0 (PostgreSQL), `slow_query_log` with `long_query_time` (MySQL)."
  notice    = "`WriteIOPS` and `IncomingBytes` of the log rise with each query, and passwords stand in the log."
  prove     = "Run a load test with and without the setting, and compare `WriteLatency`."
  references = [
    "AWS Well-Architected OPS04-BP02",
    "AWS Trusted Advisor Amazon RDS general_logging parameter is turned on",
    "AWS RDS User Guide: Sending MySQL log output to tables",
    "PostgreSQL documentation: log_statement, log_min_duration_statement",
  ]

  locals {
    switches = [
      for p in default(self.parameter, []) : p.name
      if contains(["general_log=1", "general_log=on", "log_statement=all", "log_min_duration_statement=0"], lower("${default(p.name, "")}=${default(p.value, "")}"))
    ]
  }

  for_each = resources("aws_db_parameter_group", "aws_rds_cluster_parameter_group")
  when     = length(local.switches) > 0
  at       = "parameter"
  message  = "a database that runs with `${self}` writes each statement to its log, by `${join("`, `", local.switches)}`"

  fails "general log of MySQL" {
    resource "aws_db_parameter_group" "orders" {
      name   = "orders"
      family = "mysql8.0"

      parameter {
        name  = "general_log"
        value = "1"
      }
    }
  }

  fails "each statement of PostgreSQL" {
    resource "aws_rds_cluster_parameter_group" "orders" {
      name   = "orders"
      family = "aurora-postgresql16"

      parameter {
        name  = "log_statement"
        value = "all"
      }
    }
  }

  fails "each is slow enough" {
    resource "aws_db_parameter_group" "orders" {
      name   = "orders"
      family = "postgres16"

      parameter {
        name  = "log_min_duration_statement"
        value = "0"
      }
    }
  }

  passes "what is slow, and what changes the schema" {
    resource "aws_db_parameter_group" "orders" {
      name   = "orders"
      family = "postgres16"

      parameter {
        name  = "log_min_duration_statement"
        value = "500"
      }

      parameter {
        name  = "log_statement"
        value = "ddl"
      }
    }
  }

  unknown "given by the caller" {
    variable "general_log" { type = string }

    resource "aws_db_parameter_group" "orders" {
      name   = "orders"
      family = "mysql8.0"

      parameter {
        name  = "general_log"
        value = var.general_log
      }
    }
  }
}

rule "rds-log-in-tables" {
  summary   = "Database writes its logs into its own tables"
  principle = "observability"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    The tables grow with every query until somebody rotates them by hand, each line is a write that the workload pays for, and
    nothing of it is exported to CloudWatch.
  MD
  fix       = "Set `log_output` to `FILE`."
  notice    = "`FreeStorageSpace` falls with the log, and exports to CloudWatch stay empty."
  prove     = "Run slow statements in a test copy, and look for them in CloudWatch Logs."
  references = [
    "AWS Well-Architected REL06-BP01",
    "AWS Trusted Advisor Amazon RDS log_output parameter is set to table",
    "AWS RDS User Guide: Sending MySQL log output to tables",
  ]

  locals {
    tables = [
      for p in default(self.parameter, []) : p
      if p.name == "log_output" && upper(default(p.value, "")) == "TABLE"
    ]
  }

  for_each = resources("aws_db_parameter_group", "aws_rds_cluster_parameter_group")
  when     = length(local.tables) > 0
  at       = "parameter"
  message  = "a database that runs with `${self}` keeps its logs in tables that only grow"

  fails "tables" {
    resource "aws_db_parameter_group" "orders" {
      name   = "orders"
      family = "mysql8.0"

      parameter {
        name  = "log_output"
        value = "TABLE"
      }
    }
  }

  passes "files" {
    resource "aws_db_parameter_group" "orders" {
      name   = "orders"
      family = "mysql8.0"

      parameter {
        name  = "slow_query_log"
        value = "1"
      }

      parameter {
        name  = "log_output"
        value = "FILE"
      }
    }
  }

  passes "nothing is said of it" {
    resource "aws_db_parameter_group" "orders" {
      name   = "orders"
      family = "postgres16"
    }
  }

  unknown "given by the caller" {
    variable "log_output" { type = string }

    resource "aws_db_parameter_group" "orders" {
      name   = "orders"
      family = "mysql8.0"

      parameter {
        name  = "log_output"
        value = var.log_output
      }
    }
  }
}

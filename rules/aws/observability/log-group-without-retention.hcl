rule "log-group-without-retention" {
  summary     = "Log group keeps its logs forever"
  principle   = "observability"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Logs that never expire are paid for every month, and nobody has decided how long they are needed.
  MD
  fix         = "Set `retention_in_days`."
  notice      = "`StoredBytes` of the group grows in a straight line."
  prove       = "Look for the oldest entry of the group, and ask who needs it."
  references = [
    "AWS Well-Architected OPS04-BP02",
    "AWS Config cw-loggroup-retention-period-check",
    "Control Tower CT.CLOUDWATCH.PR.2",
  ]

  for_each = resources("aws_cloudwatch_log_group")
  unless   = self.log_group_class == "DELIVERY" # always keeps two days
  when     = default(self.retention_in_days, 0) == 0
  at       = "retention_in_days"
  message  = "`${self}` never deletes a line"

  # Lines that are older are deleted.
  edit "retention_in_days" {
    to     = 365
    unsafe = true
  }

  fails "left out" {
    resource "aws_cloudwatch_log_group" "api" {
      name = "/app/api"
    }
  }

  fails "zero means forever" {
    resource "aws_cloudwatch_log_group" "api" {
      name              = "/app/api"
      retention_in_days = 0
    }
  }

  passes "a quarter" {
    resource "aws_cloudwatch_log_group" "api" {
      name              = "/app/api"
      retention_in_days = 90
    }
  }

  passes "delivery class" {
    resource "aws_cloudwatch_log_group" "access" {
      name            = "/app/access"
      log_group_class = "DELIVERY"
    }
  }

  unknown "decided by a variable without default" {
    variable "retention" { type = number }

    resource "aws_cloudwatch_log_group" "api" {
      name              = "/app/api"
      retention_in_days = var.retention
    }
  }
}

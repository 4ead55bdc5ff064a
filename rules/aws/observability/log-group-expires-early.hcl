rule "log-group-expires-early" {
  summary    = "Log group keeps its logs for only a few days"
  principle  = "observability"
  severity   = "warning"
  since      = "2027.1"
  why        = <<-MD
    The evidence of an incident, or of the release that caused it, is gone by the time somebody asks.
  MD
  fix        = "Set `retention_in_days` to 30 or more, or send the logs to a bucket that keeps them."
  notice     = "Logs Insights finds nothing of last month's incident."
  prove      = "Take the last incident that was found late, and look whether its first day would still be there."
  references = ["AWS Well-Architected OPS04-BP02", "AWS Config cw-loggroup-retention-period-check", "Security Hub CloudWatch.16"]

  param "minimum_days" {
    default = 30
    doc     = "Fewest days that logs must be kept."
  }

  locals {
    days = default(self.retention_in_days, 0)
  }

  for_each = resources("aws_cloudwatch_log_group")
  unless   = self.log_group_class == "DELIVERY" || local.days == 0
  when     = local.days < param.minimum_days
  at       = "retention_in_days"
  message  = "`${self}` deletes its lines after ${local.days} days, before ${param.minimum_days} have passed"

  edit "retention_in_days" {
    to = [for d in [30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653] : d if d >= param.minimum_days][0]
  }

  fails "a week" {
    resource "aws_cloudwatch_log_group" "api" {
      name              = "/app/api"
      retention_in_days = 7
    }
  }

  fails "two weeks by a local" {
    locals {
      retention = 14
    }

    resource "aws_cloudwatch_log_group" "api" {
      name              = "/app/api"
      retention_in_days = local.retention
    }
  }

  passes "a month" {
    resource "aws_cloudwatch_log_group" "api" {
      name              = "/app/api"
      retention_in_days = 30
    }
  }

  passes "delivery class" {
    resource "aws_cloudwatch_log_group" "access" {
      name              = "/app/access"
      log_group_class   = "DELIVERY"
      retention_in_days = 1
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

rule "log-retention-reduced" {
  summary    = "Logs kept for fewer days than before"
  principle  = "change"
  severity   = "advice"
  needs      = "plan"
  since      = "2027.1"
  why        = <<-MD
    Lines that are older than the new limit are deleted soon after the apply, and no other setting brings them back.
  MD
  fix        = "Export what must be kept to S3 before the plan is applied, or keep the longer time."
  notice     = "Logs Insights finds nothing older than the new retention, although incidents are often examined later."
  prove      = "Take the last incident review, and check whether each log that it cites would still be there."
  references = ["AWS Well-Architected SEC04-BP01", "AWS Config cw-loggroup-retention-period-check"]

  param "enough_days" {
    default = 90
    doc     = "A group that keeps its lines for this many days is not reported."
  }

  locals {
    # Zero keeps them for ever.
    days_before = default(before(self).retention_in_days, 0)
    days_now    = default(self.retention_in_days, 0)
  }

  for_each = resources("aws_cloudwatch_log_group")
  unless   = before(self) == null || self.log_group_class == "DELIVERY"
  when = (
    local.days_now > 0 && local.days_now < param.enough_days
    && (local.days_before == 0 || local.days_now < local.days_before)
  )
  at      = "retention_in_days"
  message = "`${self}` kept its lines ${local.days_before == 0 ? "for ever" : "for ${local.days_before} days"}, and keeps them for ${local.days_now} after this plan"

  fails "from a year to two weeks" {
    before {
      resource "aws_cloudwatch_log_group" "checkout" {
        name              = "/shop/checkout"
        retention_in_days = 365
      }
    }

    resource "aws_cloudwatch_log_group" "checkout" {
      name              = "/shop/checkout"
      retention_in_days = 14
    }
  }

  fails "what was kept for ever gets a short limit" {
    before {
      resource "aws_cloudwatch_log_group" "checkout" {
        name              = "/shop/checkout"
        retention_in_days = 0
      }
    }

    resource "aws_cloudwatch_log_group" "checkout" {
      name              = "/shop/checkout"
      retention_in_days = 30
    }
  }

  passes "what was kept for ever gets a limit of a year" {
    before {
      resource "aws_cloudwatch_log_group" "checkout" {
        name = "/shop/checkout"
      }
    }

    resource "aws_cloudwatch_log_group" "checkout" {
      name              = "/shop/checkout"
      retention_in_days = 365
    }
  }

  passes "a new group" {
    before {}

    resource "aws_cloudwatch_log_group" "checkout" {
      name              = "/shop/checkout"
      retention_in_days = 30
    }
  }

  passes "kept for ever from now on" {
    before {
      resource "aws_cloudwatch_log_group" "checkout" {
        name              = "/shop/checkout"
        retention_in_days = 30
      }
    }

    resource "aws_cloudwatch_log_group" "checkout" {
      name = "/shop/checkout"
    }
  }

  unknown "decided by a variable without default" {
    before {
      resource "aws_cloudwatch_log_group" "checkout" {
        name              = "/shop/checkout"
        retention_in_days = 365
      }
    }

    variable "days" { type = number }

    resource "aws_cloudwatch_log_group" "checkout" {
      name              = "/shop/checkout"
      retention_in_days = var.days
    }
  }
}

rule "budget-without-notification" {
  summary     = "Budget or cost monitor that tells nobody"
  principle   = "observability"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A budget does not stop anything. Without a notification a loop or a forgotten cluster is found on the invoice.
  MD
  fix         = "Add a `notification` block with a mailbox or a topic to the budget, an `aws_ce_anomaly_subscription` to the monitor."
  notice      = "The bill is over the budget, and nobody has had a message."
  prove       = "Set a budget of one dollar in a test account, and wait for a message."
  references  = ["AWS Well-Architected COST03-BP05", "AWS Well-Architected REL06-BP03", "Terraform AWS provider: aws_budgets_budget"]

  locals {
    notified = [
      for n in default(self.notification, []) : n
      if length(default(n.subscriber_email_addresses, [])) > 0 || length(default(n.subscriber_sns_topic_arns, [])) > 0
    ]
    acting = referrers(self, "refers", "aws_budgets_budget_action")
  }

  for_each = resources("aws_budgets_budget", "aws_ce_anomaly_monitor")

  defect "budget" {
    when    = is(self, "aws_budgets_budget") && length(local.notified) == 0 && length(local.acting) == 0
    at      = "notification"
    message = "`${self}` is exceeded in silence: it notifies nobody"
  }

  defect "monitor" {
    when    = is(self, "aws_ce_anomaly_monitor") && length(referrers(self, "refers", "aws_ce_anomaly_subscription")) == 0
    at      = "monitor_type"
    message = "`${self}` finds anomalies and tells nobody"
  }

  fails "budget" {
    resource "aws_budgets_budget" "month" {
      name         = "month"
      budget_type  = "COST"
      limit_amount = "1000"
      limit_unit   = "USD"
      time_unit    = "MONTHLY"
    }
  }

  fails "monitor" {
    resource "aws_ce_anomaly_monitor" "services" {
      name              = "services"
      monitor_type      = "DIMENSIONAL"
      monitor_dimension = "SERVICE"
    }
  }

  passes "budget that tells" {
    resource "aws_budgets_budget" "month" {
      name         = "month"
      budget_type  = "COST"
      limit_amount = "1000"
      limit_unit   = "USD"
      time_unit    = "MONTHLY"

      notification {
        comparison_operator        = "GREATER_THAN"
        threshold                  = 80
        threshold_type             = "PERCENTAGE"
        notification_type          = "FORECASTED"
        subscriber_email_addresses = ["costs@example.com"]
      }
    }
  }

  passes "monitor that tells" {
    resource "aws_ce_anomaly_monitor" "services" {
      name              = "services"
      monitor_type      = "DIMENSIONAL"
      monitor_dimension = "SERVICE"
    }

    resource "aws_ce_anomaly_subscription" "costs" {
      name             = "costs"
      frequency        = "DAILY"
      monitor_arn_list = [aws_ce_anomaly_monitor.services.arn]

      subscriber {
        type    = "EMAIL"
        address = "costs@example.com"
      }
    }
  }

  unknown "mailboxes are given by the caller" {
    variable "mailboxes" { type = list(string) }

    resource "aws_budgets_budget" "month" {
      name         = "month"
      budget_type  = "COST"
      limit_amount = "1000"
      limit_unit   = "USD"
      time_unit    = "MONTHLY"

      notification {
        comparison_operator        = "GREATER_THAN"
        threshold                  = 80
        threshold_type             = "PERCENTAGE"
        notification_type          = "FORECASTED"
        subscriber_email_addresses = var.mailboxes
      }
    }
  }
}

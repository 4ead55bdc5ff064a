rule "metrics-switched-off" {
  summary   = "Metrics that AWS would publish are switched off"
  principle = "observability"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    Without the metric there is nothing to put on a dashboard or to raise an alarm on, and no past to compare with once somebody
    asks.
  MD
  fix       = "Set `cloudwatch_metrics_enabled = true` (web ACLs, rule groups), or `publish_cloudwatch_metrics_enabled = true` (Athena workgroups)."
  notice    = "A dashboard of the resource shows no data."
  prove     = "Query any of its metrics for an hour with traffic."
  references = [
    "AWS Well-Architected REL06-BP01",
    "Security Hub WAF.12",
    "Security Hub Athena.4",
  ]

  for_each = resources("aws_wafv2_web_acl", "aws_wafv2_rule_group", "aws_athena_workgroup")

  defect "web ACL or rule group" {
    when    = is(self, "aws_wafv2_web_acl", "aws_wafv2_rule_group") && self.visibility_config[0].cloudwatch_metrics_enabled == false
    at      = "visibility_config.cloudwatch_metrics_enabled"
    message = "how much `${self}` blocks cannot be seen: its metrics are switched off"

    edit "visibility_config.cloudwatch_metrics_enabled" {
      to = true
    }
  }

  defect "workgroup" {
    when    = is(self, "aws_athena_workgroup") && self.configuration[0].publish_cloudwatch_metrics_enabled == false
    at      = "configuration.publish_cloudwatch_metrics_enabled"
    message = "what the queries of `${self}` scan and how often they fail cannot be seen: its metrics are switched off"

    edit "configuration.publish_cloudwatch_metrics_enabled" {
      to = true
    }
  }

  fails "web ACL" {
    resource "aws_wafv2_web_acl" "shop" {
      name  = "shop"
      scope = "REGIONAL"

      default_action {
        allow {}
      }

      visibility_config {
        cloudwatch_metrics_enabled = false
        metric_name                = "shop"
        sampled_requests_enabled   = false
      }
    }

    resource "aws_wafv2_web_acl_logging_configuration" "shop" {
      resource_arn            = aws_wafv2_web_acl.shop.arn
      log_destination_configs = ["arn:aws:s3:::aws-waf-logs-shop"]
    }
  }

  fails "workgroup" {
    resource "aws_athena_workgroup" "reports" {
      name = "reports"

      configuration {
        publish_cloudwatch_metrics_enabled = false
      }
    }
  }

  passes "rule group" {
    resource "aws_wafv2_rule_group" "bots" {
      name     = "bots"
      scope    = "REGIONAL"
      capacity = 50

      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = "bots"
        sampled_requests_enabled   = true
      }
    }
  }

  passes "workgroup, which publishes unless it is told not to" {
    resource "aws_athena_workgroup" "reports" {
      name = "reports"
    }
  }

  unknown "given by the caller" {
    variable "metrics" { type = bool }

    resource "aws_athena_workgroup" "reports" {
      name = "reports"

      configuration {
        publish_cloudwatch_metrics_enabled = var.metrics
      }
    }
  }
}

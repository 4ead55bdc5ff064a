rule "firewall-without-logs" {
  summary   = "Network or web application firewall keeps no log of what it drops"
  principle = "observability"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    A rule that blocks customers by mistake looks like an outage of the service behind it. Without a log nobody can tell which rule
    it was, nor try a new one by counting first.
  MD
  fix       = "Add an `aws_networkfirewall_logging_configuration` or an `aws_wafv2_web_acl_logging_configuration`; filter it down to what is blocked where volume matters."
  notice    = "`DroppedPackets` or `BlockedRequests` rises, and nobody knows whose traffic it is."
  prove     = "Send a request that a rule blocks, and look for it in a log."
  references = [
    "AWS Well-Architected REL06-BP01",
    "AWS Config wafv2-logging-enabled",
    "AWS Config netfw-logging-enabled",
    "Security Hub WAF.1",
    "Security Hub WAF.11",
    "Security Hub NetworkFirewall.2",
    "checkov CKV2_AWS_31",
    "checkov CKV2_AWS_63",
  ]

  locals {
    logs = referrers(self, "configures", "aws_networkfirewall_logging_configuration", "aws_wafv2_web_acl_logging_configuration")
  }

  # Web ACLs of WAF Classic name their log themselves.
  for_each = resources("aws_networkfirewall_firewall", "aws_wafv2_web_acl", "aws_waf_web_acl", "aws_wafregional_web_acl")
  unless   = is(self, "aws_networkfirewall_firewall", "aws_wafv2_web_acl") && is_delivered(self)
  when     = length(local.logs) == 0 && length(default(self.logging_configuration, [])) == 0
  message  = "what `${self}` drops is written nowhere"

  fails "web ACL" {
    resource "aws_wafv2_web_acl" "shop" {
      name  = "shop"
      scope = "REGIONAL"

      default_action {
        allow {}
      }

      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = "shop"
        sampled_requests_enabled   = true
      }
    }
  }

  fails "network firewall" {
    resource "aws_networkfirewall_firewall" "egress" {
      name                = "egress"
      vpc_id              = "vpc-0123456789abcdef0"
      firewall_policy_arn = "arn:aws:network-firewall:eu-west-1:111122223333:firewall-policy/egress"
    }
  }

  fails "web ACL of WAF Classic" {
    resource "aws_wafregional_web_acl" "shop" {
      name        = "shop"
      metric_name = "shop"

      default_action {
        type = "ALLOW"
      }
    }
  }

  passes "web ACL of WAF Classic with a log" {
    resource "aws_waf_web_acl" "shop" {
      name        = "shop"
      metric_name = "shop"

      default_action {
        type = "ALLOW"
      }

      logging_configuration {
        log_destination = "arn:aws:firehose:us-east-1:111122223333:deliverystream/aws-waf-logs-shop"
      }
    }
  }

  passes "web ACL with a log" {
    resource "aws_wafv2_web_acl" "shop" {
      name  = "shop"
      scope = "REGIONAL"

      default_action {
        allow {}
      }

      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = "shop"
        sampled_requests_enabled   = true
      }
    }

    resource "aws_wafv2_web_acl_logging_configuration" "shop" {
      resource_arn            = aws_wafv2_web_acl.shop.arn
      log_destination_configs = ["arn:aws:s3:::aws-waf-logs-shop"]
    }
  }

  passes "network firewall with a log" {
    resource "aws_networkfirewall_firewall" "egress" {
      name                = "egress"
      vpc_id              = "vpc-0123456789abcdef0"
      firewall_policy_arn = "arn:aws:network-firewall:eu-west-1:111122223333:firewall-policy/egress"
    }

    resource "aws_networkfirewall_logging_configuration" "egress" {
      firewall_arn = aws_networkfirewall_firewall.egress.arn

      logging_configuration {
        log_destination_config {
          log_type             = "ALERT"
          log_destination_type = "S3"
          log_destination = {
            bucketName = "network-firewall-logs"
          }
        }
      }
    }
  }

  unknown "whether there is one is given by the caller" {
    variable "waf_log_bucket" { type = string }

    resource "aws_wafv2_web_acl" "shop" {
      name  = "shop"
      scope = "REGIONAL"

      default_action {
        allow {}
      }

      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = "shop"
        sampled_requests_enabled   = true
      }
    }

    resource "aws_wafv2_web_acl_logging_configuration" "shop" {
      count                   = var.waf_log_bucket == "" ? 0 : 1
      resource_arn            = aws_wafv2_web_acl.shop.arn
      log_destination_configs = [var.waf_log_bucket]
    }
  }
}

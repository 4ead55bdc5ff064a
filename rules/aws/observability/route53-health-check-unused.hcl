rule "route53-health-check-unused" {
  summary     = "Health check that neither moves traffic nor tells anybody"
  principle   = "observability"
  severity    = "advice"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A health check is asked from all over the world each half minute, and its answer is a number. Without a record that follows it and without
    an alarm nothing comes of it.
  MD
  fix         = "Name it in `health_check_id` of a record, or alarm on `HealthCheckStatus` below 1 in us-east-1."
  notice      = "`HealthCheckStatus` is 0, and neither DNS nor a person reacts."
  prove       = "Stop the endpoint of a test copy, and see what changes."
  references  = ["AWS Well-Architected REL06-BP01", "AWS Well-Architected REL11-BP01", "Amazon CloudWatch User Guide: Recommended alarms"]

  for_each = resources("aws_route53_health_check")
  unless   = length(referrers(self, "refers")) > 0 || self.disabled == true || is_watched_elsewhere(self)
  when     = length(alarms(self)) == 0
  message  = "`${self}` is asked, and neither a record nor an alarm heeds the answer"

  fails "alone" {
    resource "aws_route53_health_check" "shop" {
      fqdn = "shop.example.com"
      type = "HTTPS"
      port = 443
    }
  }

  passes "a record follows it" {
    resource "aws_route53_health_check" "shop" {
      fqdn = "shop.example.com"
      type = "HTTPS"
      port = 443
    }

    resource "aws_route53_record" "shop" {
      zone_id         = "Z0123456789ABCDEFGHIJ"
      name            = "shop"
      type            = "A"
      ttl             = 60
      records         = ["192.0.2.10"]
      set_identifier  = "first"
      health_check_id = aws_route53_health_check.shop.id

      failover_routing_policy {
        type = "PRIMARY"
      }
    }
  }

  passes "an alarm reads it" {
    resource "aws_route53_health_check" "shop" {
      fqdn = "shop.example.com"
      type = "HTTPS"
      port = 443
    }

    resource "aws_cloudwatch_metric_alarm" "shop" {
      alarm_name  = "shop-down"
      namespace   = "AWS/Route53"
      metric_name = "HealthCheckStatus"
      dimensions = {
        HealthCheckId = aws_route53_health_check.shop.id
      }
    }
  }

  passes "part of another one" {
    resource "aws_route53_health_check" "part" {
      count = 2
      fqdn  = "node-${count.index}.example.com"
      type  = "HTTPS"
      port  = 443
    }

    resource "aws_route53_health_check" "shop" {
      type                   = "CALCULATED"
      child_health_threshold = 1
      child_healthchecks     = aws_route53_health_check.part[*].id
    }

    resource "aws_cloudwatch_metric_alarm" "shop" {
      alarm_name  = "shop-down"
      namespace   = "AWS/Route53"
      metric_name = "HealthCheckStatus"
      dimensions = {
        HealthCheckId = aws_route53_health_check.shop.id
      }
    }
  }

  unknown "whether there is an alarm is given by the caller" {
    variable "alarm" { type = bool }

    resource "aws_route53_health_check" "shop" {
      fqdn = "shop.example.com"
      type = "HTTPS"
      port = 443
    }

    resource "aws_cloudwatch_metric_alarm" "shop" {
      count       = var.alarm ? 1 : 0
      alarm_name  = "shop-down"
      namespace   = "AWS/Route53"
      metric_name = "HealthCheckStatus"
      dimensions = {
        HealthCheckId = aws_route53_health_check.shop.id
      }
    }
  }
}

rule "route53-health-check-slow" {
  summary   = "Health check takes minutes to notice a failure"
  principle = "redundancy"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    Interval times threshold is how long clients are still sent to the place that is down. The time that they keep the answer comes
    on top.
  MD
  fix       = "Set `request_interval = 10` or a lower `failure_threshold`."
  notice    = "`HealthCheckStatus` turns 0 minutes after the first failed requests."
  prove     = "Stop the endpoint of a test copy, and time the change."
  references = [
    "AWS Well-Architected REL11-BP01",
    "Amazon Route 53: how Route 53 determines whether an endpoint is healthy",
  ]

  param "maximum_seconds" {
    default = 120
    doc     = "Longest time until a failure is noticed."
  }

  locals {
    seconds = default(self.request_interval, 30) * default(self.failure_threshold, 3)
  }

  for_each = resources("aws_route53_health_check")
  unless   = contains(["CALCULATED", "CLOUDWATCH_METRIC", "RECOVERY_CONTROL"], default(self.type, "HTTP"))
  when     = local.seconds > param.maximum_seconds
  at       = "failure_threshold"
  message  = "`${self}` notices a failure after ${local.seconds} seconds"

  fails "ten times half a minute" {
    resource "aws_route53_health_check" "api" {
      fqdn              = "api-1.shop.example"
      type              = "HTTPS"
      port              = 443
      request_interval  = 30
      failure_threshold = 10
    }
  }

  passes "half a minute" {
    resource "aws_route53_health_check" "api" {
      fqdn              = "api-1.shop.example"
      type              = "HTTPS"
      port              = 443
      request_interval  = 10
      failure_threshold = 3
    }
  }

  passes "sum of other checks" {
    resource "aws_route53_health_check" "region" {
      type                   = "CALCULATED"
      child_health_threshold = 1
      child_healthchecks     = ["0a1b2c3d-1234-5678-9abc-0123456789ab"]
    }
  }

  unknown "threshold is given by the caller" {
    variable "threshold" { type = number }

    resource "aws_route53_health_check" "api" {
      fqdn              = "api-1.shop.example"
      type              = "HTTPS"
      port              = 443
      request_interval  = 30
      failure_threshold = var.threshold
    }
  }
}

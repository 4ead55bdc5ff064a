rule "route53-health-check-disabled" {
  summary   = "Route 53 health check is switched off"
  principle = "redundancy"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    A check that is switched off counts as healthy. The records that rely on it do not fail over any more, and nothing shows it.
  MD
  fix       = "Remove `disabled = true`, or `invert_healthcheck` if the place shall be out of service."
  notice    = "`HealthCheckStatus` is 1 while the endpoint is down."
  prove     = "Stop the endpoint of a test copy, and watch the status."
  references = [
    "AWS Well-Architected REL11-BP02",
    "Amazon Route 53: disabling health checks",
  ]

  for_each = resources("aws_route53_health_check")
  unless   = self.invert_healthcheck == true
  when     = self.disabled == true
  at       = "disabled"
  message  = "`${self}` reports everything as healthy"

  edit "disabled" {
    to = false
  }

  label "relies on it" {
    at        = referrers(self, "uses", "aws_route53_record")
    attribute = "health_check_id"
  }

  fails "switched off" {
    resource "aws_route53_health_check" "api" {
      fqdn              = "api-1.shop.example"
      type              = "HTTPS"
      port              = 443
      request_interval  = 10
      failure_threshold = 3
      disabled          = true
    }
  }

  passes "on" {
    resource "aws_route53_health_check" "api" {
      fqdn              = "api-1.shop.example"
      type              = "HTTPS"
      port              = 443
      request_interval  = 10
      failure_threshold = 3
    }
  }

  passes "switched off and inverted, so that it counts as unhealthy" {
    resource "aws_route53_health_check" "api" {
      fqdn               = "api-1.shop.example"
      type               = "HTTPS"
      port               = 443
      request_interval   = 10
      failure_threshold  = 3
      disabled           = true
      invert_healthcheck = true
    }
  }

  unknown "decided by a variable without default" {
    variable "disabled" { type = bool }

    resource "aws_route53_health_check" "api" {
      fqdn     = "api-1.shop.example"
      type     = "HTTPS"
      port     = 443
      disabled = var.disabled
    }
  }
}

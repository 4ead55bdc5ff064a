rule "trace-sampled-never" {
  summary     = "Sampling rule for all requests samples none"
  principle   = "observability"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    X-Ray asks its rules in their order, and the first that fits decides. One that fits everything with a rate and a reservoir of zero
    ends tracing for all that follows, however it is switched on elsewhere.
  MD
  fix         = "Give it a `reservoir_size` of at least 1 or a `fixed_rate` above 0, or narrow it down to what need not be traced."
  notice      = "`GetTraceSummaries` is empty while requests come in."
  prove       = "Send a hundred requests, and count the traces."
  references = [
    "AWS Well-Architected OPS04-BP05",
    "AWS X-Ray Developer Guide: Using sampling rules with the X-Ray API",
  ]

  locals {
    everything = alltrue([
      for p in [self.resource_arn, self.service_name, self.service_type, self.host, self.http_method, self.url_path] : p == "*"
    ])
    earlier = [
      for r in resources("aws_xray_sampling_rule") : r
      if default(r.priority, 0) < default(self.priority, 0) && (default(r.fixed_rate, 0) > 0 || default(r.reservoir_size, 0) > 0)
    ]
  }

  for_each = resources("aws_xray_sampling_rule")
  unless   = length(default(self.attributes, {})) > 0 || length(local.earlier) > 0
  when     = self.fixed_rate == 0 && self.reservoir_size == 0 && local.everything
  at       = "fixed_rate"
  message  = "with `${self}` no request is traced"

  edit "reservoir_size" {
    to = 1
  }

  fails "nothing of everything" {
    resource "aws_xray_sampling_rule" "all" {
      rule_name      = "all"
      priority       = 9000
      version        = 1
      reservoir_size = 0
      fixed_rate     = 0
      resource_arn   = "*"
      service_name   = "*"
      service_type   = "*"
      host           = "*"
      http_method    = "*"
      url_path       = "*"
    }
  }

  passes "one each second, and a tenth of the rest" {
    resource "aws_xray_sampling_rule" "all" {
      rule_name      = "all"
      priority       = 9000
      version        = 1
      reservoir_size = 1
      fixed_rate     = 0.1
      resource_arn   = "*"
      service_name   = "*"
      service_type   = "*"
      host           = "*"
      http_method    = "*"
      url_path       = "*"
    }
  }

  passes "health checks only" {
    resource "aws_xray_sampling_rule" "health" {
      rule_name      = "health"
      priority       = 100
      version        = 1
      reservoir_size = 0
      fixed_rate     = 0
      resource_arn   = "*"
      service_name   = "*"
      service_type   = "*"
      host           = "*"
      http_method    = "GET"
      url_path       = "/health"
    }
  }

  passes "what matters is sampled before" {
    resource "aws_xray_sampling_rule" "orders" {
      rule_name      = "orders"
      priority       = 100
      version        = 1
      reservoir_size = 5
      fixed_rate     = 0.2
      resource_arn   = "*"
      service_name   = "orders"
      service_type   = "*"
      host           = "*"
      http_method    = "*"
      url_path       = "*"
    }

    resource "aws_xray_sampling_rule" "rest" {
      rule_name      = "rest"
      priority       = 9000
      version        = 1
      reservoir_size = 0
      fixed_rate     = 0
      resource_arn   = "*"
      service_name   = "*"
      service_type   = "*"
      host           = "*"
      http_method    = "*"
      url_path       = "*"
    }
  }

  unknown "rate is given by the caller" {
    variable "rate" { type = number }

    resource "aws_xray_sampling_rule" "all" {
      rule_name      = "all"
      priority       = 9000
      version        = 1
      reservoir_size = 0
      fixed_rate     = var.rate
      resource_arn   = "*"
      service_name   = "*"
      service_type   = "*"
      host           = "*"
      http_method    = "*"
      url_path       = "*"
    }
  }
}

rule "route53-failover-without-health-check" {
  summary   = "DNS routes by health, and nothing checks the health"
  principle = "redundancy"
  severity  = "error"
  since     = "2027.1"
  why       = <<-MD
    A record without a health check counts as healthy for ever. Route 53 goes on answering with the dead place, and the standby
    beside it is never used.
  MD
  fix       = "Set `health_check_id`, or `evaluate_target_health = true` in an alias."
  notice    = "DNS answers with an endpoint that is down."
  prove     = "Stop the endpoint of a test record, and resolve the name."
  references = [
    "AWS Well-Architected REL11-BP02",
    "AWS Well-Architected REL13-BP05",
    "AWS Trusted Advisor Amazon Route 53 Failover Resource Record Sets",
  ]

  locals {
    primary = self.failover_routing_policy[0].type == "PRIMARY"
    # Which place answers depends on where clients are; each is expected to drop out when it is down.
    spread  = length(default(self.latency_routing_policy, [])) > 0 || self.multivalue_answer_routing_policy == true
    checked = self.health_check_id != null || self.alias[0].evaluate_target_health == true
    # Route 53 cannot tell the health of a distribution.
    global = length(refs(self.alias[0].name, "aws_cloudfront_distribution")) > 0
  }

  for_each = resources("aws_route53_record")
  unless   = local.checked || local.global && !local.primary

  defect "primary" {
    when    = local.primary
    at      = "failover_routing_policy"
    message = "`${self}` never fails over: nothing checks whether it is healthy"
  }

  defect "one of several places" {
    when    = local.spread
    at      = "set_identifier"
    message = "`${self}` is handed out even when its place is down: nothing checks its health"
  }

  fails "primary without a check" {
    resource "aws_route53_record" "api" {
      zone_id        = "Z0123456789ABC"
      name           = "api.shop.example"
      type           = "A"
      ttl            = 60
      records        = ["198.51.100.10"]
      set_identifier = "primary"

      failover_routing_policy {
        type = "PRIMARY"
      }
    }
  }

  fails "alias that does not look" {
    resource "aws_route53_record" "api" {
      zone_id        = "Z0123456789ABC"
      name           = "api.shop.example"
      type           = "A"
      set_identifier = "ireland"

      latency_routing_policy {
        region = "eu-west-1"
      }

      alias {
        name                   = "lb-1.eu-west-1.elb.amazonaws.com"
        zone_id                = "Z32O12XQLNTSW2"
        evaluate_target_health = false
      }
    }
  }

  passes "health check" {
    resource "aws_route53_health_check" "api" {
      fqdn              = "api-1.shop.example"
      type              = "HTTPS"
      port              = 443
      request_interval  = 10
      failure_threshold = 3
    }

    resource "aws_route53_record" "api" {
      zone_id         = "Z0123456789ABC"
      name            = "api.shop.example"
      type            = "A"
      ttl             = 60
      records         = ["198.51.100.10"]
      set_identifier  = "primary"
      health_check_id = aws_route53_health_check.api.id

      failover_routing_policy {
        type = "PRIMARY"
      }
    }
  }

  passes "alias that evaluates its target" {
    resource "aws_route53_record" "api" {
      zone_id        = "Z0123456789ABC"
      name           = "api.shop.example"
      type           = "A"
      set_identifier = "primary"

      failover_routing_policy {
        type = "PRIMARY"
      }

      alias {
        name                   = "lb-1.eu-west-1.elb.amazonaws.com"
        zone_id                = "Z32O12XQLNTSW2"
        evaluate_target_health = true
      }
    }
  }

  passes "secondary, which is the last resort" {
    resource "aws_route53_record" "sorry" {
      zone_id        = "Z0123456789ABC"
      name           = "api.shop.example"
      type           = "A"
      ttl            = 60
      records        = ["198.51.100.20"]
      set_identifier = "secondary"

      failover_routing_policy {
        type = "SECONDARY"
      }
    }
  }

  passes "weighted, as in a cut-over by hand" {
    resource "aws_route53_record" "blue" {
      zone_id        = "Z0123456789ABC"
      name           = "api.shop.example"
      type           = "CNAME"
      ttl            = 60
      records        = ["blue.shop.example"]
      set_identifier = "blue"

      weighted_routing_policy {
        weight = 100
      }
    }
  }

  unknown "check is given by the caller" {
    variable "health_check_id" {
      type = string
    }

    resource "aws_route53_record" "api" {
      zone_id         = "Z0123456789ABC"
      name            = "api.shop.example"
      type            = "A"
      ttl             = 60
      records         = ["198.51.100.10"]
      set_identifier  = "primary"
      health_check_id = var.health_check_id

      failover_routing_policy {
        type = "PRIMARY"
      }
    }
  }
}

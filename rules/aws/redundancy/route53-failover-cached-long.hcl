rule "route53-failover-cached-long" {
  summary   = "Record that fails over is cached for longer than a minute"
  principle = "redundancy"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    Route 53 changes its answer within seconds, but clients keep the old one for the whole TTL and go on calling the place that is
    down.
  MD
  fix       = "Set `ttl = 60` or less on records with a health check."
  notice    = "`HealthCheckStatus` is 0, and clients still call the old address minutes later."
  prove     = "Fail the health check of a test record, and time until a client gets the second answer."
  references = [
    "AWS Well-Architected REL11-BP02",
    "AWS Trusted Advisor Amazon Route 53 High TTL Resource Record Sets",
  ]

  param "maximum_seconds" {
    default = 60
    doc     = "Longest time that clients may keep an answer that can change."
  }

  locals {
    # A secondary that is cached still answers when the primary is back: only what gives way matters.
    moves = anytrue([for f in default(self.failover_routing_policy, []) : f.type == "PRIMARY"]) || self.health_check_id != null
  }

  for_each = resources("aws_route53_record")
  unless   = !local.moves
  when     = self.ttl > param.maximum_seconds
  at       = "ttl"
  message  = "clients keep the answer of `${self}` for ${self.ttl} seconds after it has failed over"

  edit "ttl" {
    to = min(60, param.maximum_seconds)
  }

  fails "an hour" {
    resource "aws_route53_record" "api" {
      zone_id         = "Z0123456789ABC"
      name            = "api.shop.example"
      type            = "A"
      ttl             = 3600
      records         = ["198.51.100.10"]
      set_identifier  = "primary"
      health_check_id = "0a1b2c3d-1234-5678-9abc-0123456789ab"

      failover_routing_policy {
        type = "PRIMARY"
      }
    }
  }

  passes "a minute" {
    resource "aws_route53_record" "api" {
      zone_id         = "Z0123456789ABC"
      name            = "api.shop.example"
      type            = "A"
      ttl             = 60
      records         = ["198.51.100.10"]
      set_identifier  = "primary"
      health_check_id = "0a1b2c3d-1234-5678-9abc-0123456789ab"

      failover_routing_policy {
        type = "PRIMARY"
      }
    }
  }

  passes "a secondary, which answers when the primary does not" {
    resource "aws_route53_record" "api" {
      zone_id        = "Z0123456789ABC"
      name           = "api.shop.example"
      type           = "A"
      ttl            = 3600
      records        = ["198.51.100.20"]
      set_identifier = "secondary"

      failover_routing_policy {
        type = "SECONDARY"
      }
    }
  }

  passes "nothing to fail over to" {
    resource "aws_route53_record" "mail" {
      zone_id = "Z0123456789ABC"
      name    = "shop.example"
      type    = "MX"
      ttl     = 3600
      records = ["10 mail.shop.example"]
    }
  }

  unknown "time is given by the caller" {
    variable "ttl" { type = number }

    resource "aws_route53_record" "api" {
      zone_id         = "Z0123456789ABC"
      name            = "api.shop.example"
      type            = "A"
      ttl             = var.ttl
      records         = ["198.51.100.10"]
      set_identifier  = "primary"
      health_check_id = "0a1b2c3d-1234-5678-9abc-0123456789ab"

      failover_routing_policy {
        type = "PRIMARY"
      }
    }
  }
}

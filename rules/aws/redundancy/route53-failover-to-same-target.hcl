rule "route53-failover-to-same-target" {
  summary   = "DNS fails over to the place that has failed"
  principle = "redundancy"
  severity  = "error"
  since     = "2027.1"
  why       = <<-MD
    Primary and secondary lead to the same place. Everything looks redundant in the console, and nothing is.
  MD
  fix       = "Let the secondary lead to another load balancer, better in another Region, or to a static page."
  notice    = "`HealthCheckStatus` is 0, DNS answers with the secondary record, and requests fail as before."
  prove     = "Stop the target of a test record, and call the name."
  references = [
    "AWS Well-Architected REL11-BP02",
    "AWS Trusted Advisor Amazon Route 53 Failover Resource Record Sets",
  ]

  locals {
    primary = self.failover_routing_policy[0].type == "PRIMARY"
    seconds = local.primary ? second_record(self) : []
    places = concat(refs(self.alias[0].name), refs(self.records))
    same = [
      for r in local.seconds : r
      if(
        length(local.places) > 0
        ? length(concat(refs(r.alias[0].name), refs(r.records))) > 0 && alltrue([for p in concat(refs(r.alias[0].name), refs(r.records)) : contains(local.places, p)])
        : default(self.alias[0].name, join(",", sort(default(self.records, [])))) == default(r.alias[0].name, join(",", sort(default(r.records, []))))
      )
    ]
  }

  for_each = resources("aws_route53_record")
  when     = local.primary && length(local.same) > 0
  at       = "failover_routing_policy"
  message  = "`${local.same[0]}` leads to the same place as `${self}`, so failing over changes nothing"

  label "leads there as well" {
    at        = local.same
    attribute = "failover_routing_policy"
  }

  fails "one load balancer for both" {
    resource "aws_lb" "api" {
      subnets = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]
    }

    resource "aws_route53_record" "primary" {
      zone_id        = "Z0123456789ABC"
      name           = "api.shop.example"
      type           = "A"
      set_identifier = "primary"

      failover_routing_policy {
        type = "PRIMARY"
      }

      alias {
        name                   = aws_lb.api.dns_name
        zone_id                = aws_lb.api.zone_id
        evaluate_target_health = true
      }
    }

    resource "aws_route53_record" "secondary" {
      zone_id        = "Z0123456789ABC"
      name           = "api.shop.example"
      type           = "A"
      set_identifier = "secondary"

      failover_routing_policy {
        type = "SECONDARY"
      }

      alias {
        name                   = aws_lb.api.dns_name
        zone_id                = aws_lb.api.zone_id
        evaluate_target_health = true
      }
    }
  }

  fails "one address for both" {
    resource "aws_route53_record" "api" {
      for_each       = toset(["PRIMARY", "SECONDARY"])
      zone_id        = "Z0123456789ABC"
      name           = "api.shop.example"
      type           = "A"
      ttl            = 60
      records        = ["198.51.100.10"]
      set_identifier = each.key

      failover_routing_policy {
        type = each.key
      }
    }
  }

  passes "two load balancers" {
    resource "aws_lb" "api" {
      for_each = toset(["PRIMARY", "SECONDARY"])
      subnets  = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]
    }

    resource "aws_route53_record" "api" {
      for_each       = aws_lb.api
      zone_id        = "Z0123456789ABC"
      name           = "api.shop.example"
      type           = "A"
      set_identifier = each.key

      failover_routing_policy {
        type = each.key
      }

      alias {
        name                   = each.value.dns_name
        zone_id                = each.value.zone_id
        evaluate_target_health = true
      }
    }
  }

  passes "the secondary is in another configuration" {
    resource "aws_route53_record" "primary" {
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

  unknown "the other place is given by the caller" {
    variable "standby" { type = string }

    resource "aws_route53_record" "api" {
      for_each       = { PRIMARY = "api-1.shop.example", SECONDARY = var.standby }
      zone_id        = "Z0123456789ABC"
      name           = "api.shop.example"
      type           = "CNAME"
      ttl            = 60
      records        = [each.value]
      set_identifier = each.key

      failover_routing_policy {
        type = each.key
      }
    }
  }
}

rule "lb-single-az" {
  summary   = "Load balancer stands in one Availability Zone"
  principle = "redundancy"
  severity  = "error"
  since     = "2027.1"
  why       = <<-MD
    The entry fails with its zone although the targets behind it may still run. AWS refuses such an Application Load
    Balancer; it accepts Network, Gateway and Classic ones.
  MD
  fix       = "Attach the load balancer to subnets in at least two zones."
  notice    = "`RequestCount` falls to 0 with one zone."
  prove     = "Shift the zone away with `aws:arc:start-zonal-autoshift`, or cut it off with `aws:network:disrupt-connectivity`, and call the load balancer."
  references = [
    "AWS Well-Architected REL10-BP01",
    "AWS Config elbv2-multiple-az",
    "AWS Config clb-multiple-az",
    "Security Hub ELB.10",
    "Security Hub ELB.13",
    "AWS Trusted Advisor ALB Multi-AZ",
    "AWS Trusted Advisor NLB Multi-AZ",
    "AWS Trusted Advisor Classic Load Balancer has no multiple AZs configured",
    "AWS Trusted Advisor Application, Network, and Gateway Load Balancers Not Spanning Multiple Availability Zones",
  ]

  locals {
    subnets = concat(tolist(default(self.subnets, [])), [for m in default(self.subnet_mapping, []) : m.subnet_id])
    one     = length(local.subnets) == 1 && length([for s in local.subnets : tostring(s)]) == 1
    # One load balancer per zone behind one DNS name is a design of its own.
    zonal_by_design = self.load_balancer_type == "network" && anytrue([
      for r in referrers(self, "resolves_to", "aws_route53_record") : default(r.set_identifier, "") != ""
    ])
  }

  for_each = resources("load_balancer", "aws_elb")
  unless   = local.zonal_by_design || stands_apart(self)
  when     = local.one || length(zones(self)) == 1
  at       = "subnets"
  message  = "`${self}` stands in one zone: when that zone fails, nobody gets in"

  label "its only zone" {
    at        = linked(self, "in_subnet")
    attribute = "availability_zone"
  }

  fails "one subnet" {
    resource "aws_subnet" "a" {
      availability_zone = "eu-west-1a"
    }

    resource "aws_lb" "edge" {
      load_balancer_type = "network"
      subnets            = [aws_subnet.a.id]
    }
  }

  fails "two subnets of one zone" {
    data "aws_availability_zones" "available" {}

    resource "aws_subnet" "public" {
      count             = 2
      availability_zone = data.aws_availability_zones.available.names[0]
    }

    resource "aws_lb" "edge" {
      load_balancer_type = "network"
      subnets            = aws_subnet.public[*].id
    }
  }

  fails "a Classic one, by its zones" {
    resource "aws_elb" "edge" {
      availability_zones = ["eu-west-1a"]

      listener {
        lb_port           = 443
        lb_protocol       = "tcp"
        instance_port     = 8443
        instance_protocol = "tcp"
      }
    }
  }

  fails "one subnet mapping" {
    resource "aws_subnet" "a" {
      availability_zone = "eu-west-1a"
    }

    resource "aws_lb" "edge" {
      load_balancer_type = "network"

      subnet_mapping {
        subnet_id = aws_subnet.a.id
      }
    }
  }

  fails "one record leads to it" {
    resource "aws_subnet" "a" {
      availability_zone = "eu-west-1a"
    }

    resource "aws_lb" "mqtt" {
      load_balancer_type = "network"
      subnets            = [aws_subnet.a.id]
    }

    resource "aws_route53_record" "mqtt" {
      zone_id        = "Z123"
      name           = "mqtt.shop.example"
      type           = "A"
      set_identifier = ""

      alias {
        name                   = aws_lb.mqtt.dns_name
        zone_id                = aws_lb.mqtt.zone_id
        evaluate_target_health = true
      }
    }
  }

  passes "a subnet in each of two zones" {
    data "aws_availability_zones" "available" {}

    resource "aws_subnet" "public" {
      count             = 2
      availability_zone = data.aws_availability_zones.available.names[count.index]
    }

    resource "aws_lb" "edge" {
      load_balancer_type = "network"
      subnets            = aws_subnet.public[*].id
    }
  }

  fails "one subnet mapping, whatever its subnet is" {
    variable "subnet_id" { type = string }

    resource "aws_lb" "edge" {
      load_balancer_type = "network"

      subnet_mapping {
        subnet_id     = var.subnet_id
        allocation_id = "eipalloc-0a1b2c3d"
      }
    }
  }

  fails "Classic Load Balancer in one subnet" {
    resource "aws_elb" "web" {
      subnets = ["subnet-0a1b2c3d"]

      listener {
        instance_port     = 80
        instance_protocol = "http"
        lb_port           = 80
        lb_protocol       = "http"
      }
    }
  }

  fails "Classic Load Balancer outside of a network, in one zone" {
    resource "aws_elb" "web" {
      availability_zones = ["eu-west-1a"]

      listener {
        instance_port     = 80
        instance_protocol = "http"
        lb_port           = 80
        lb_protocol       = "http"
      }
    }
  }

  passes "two subnets, of which AWS takes no two of one zone" {
    resource "aws_lb" "edge" {
      load_balancer_type = "application"
      subnets            = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]
    }
  }

  passes "two mappings of different subnets" {
    resource "aws_lb" "edge" {
      load_balancer_type = "network"

      subnet_mapping {
        subnet_id = "subnet-0a1b2c3d"
      }

      subnet_mapping {
        subnet_id = "subnet-1a2b3c4d"
      }
    }
  }

  unknown "two subnets that may be one" {
    variable "first" { type = string }
    variable "second" { type = string }

    resource "aws_lb" "edge" {
      load_balancer_type = "network"
      subnets            = [var.first, var.second]
    }
  }

  passes "one load balancer per zone behind one name" {
    resource "aws_subnet" "zone" {
      for_each          = toset(["eu-west-1a", "eu-west-1b"])
      availability_zone = each.key
    }

    resource "aws_lb" "zone" {
      for_each           = aws_subnet.zone
      load_balancer_type = "network"
      subnets            = [each.value.id]
    }

    resource "aws_route53_record" "zone" {
      for_each       = aws_lb.zone
      name           = "ingest.example.com"
      set_identifier = each.key

      alias {
        name                   = each.value.dns_name
        evaluate_target_health = true
      }
    }
  }

  unknown "subnets are given by the caller" {
    variable "subnet_ids" { type = list(string) }

    resource "aws_lb" "edge" {
      load_balancer_type = "network"
      subnets            = var.subnet_ids
    }
  }
}

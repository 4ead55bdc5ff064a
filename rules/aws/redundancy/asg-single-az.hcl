rule "asg-single-az" {
  summary   = "Auto Scaling group covers one Availability Zone"
  principle = "redundancy"
  severity  = "error"
  since     = "2027.1"
  why       = <<-MD
    When the zone is impaired, every machine of the group is, and the group has nowhere else to start new ones.
  MD
  fix       = "Give the group subnets in at least two zones."
  notice    = "`GroupInServiceInstances` falls to 0 with one zone."
  prove     = "Cut the zone's subnets off with `aws:network:disrupt-connectivity`, and see whether anything answers."
  references = [
    "AWS Well-Architected REL10-BP01",
    "AWS Config autoscaling-multiple-az",
    "Security Hub AutoScaling.2",
    "AWS Trusted Advisor Amazon EC2 Auto Scaling is not deployed in multiple AZs or does not meet the minimum number of AZs",
  ]

  locals {
    packed = anytrue([for p in refs(self.placement_group, "aws_placement_group") : p.strategy == "cluster"])

    # One group per zone is fine when the groups serve the same target group, or when one block makes a group per zone.
    made     = siblings(self)
    per_zone = length(local.made) > 1 && alltrue([for g in local.made : length(default(g.vpc_zone_identifier, [])) == 1])
    siblings = concat(
      local.per_zone ? local.made : [],
      flatten([for t in referrers(self, "targets") : linked(t, "targets", "aws_autoscaling_group")]),
    )
    # A group alone spreads over nothing, whatever its zone.
    spread = length(distinct(local.siblings)) > 1 && length(distinct(flatten([for g in local.siblings : zones(g)]))) > 1
  }

  for_each = resources("aws_autoscaling_group")
  unless   = local.packed || local.spread
  when     = length([for s in default(self.vpc_zone_identifier, []) : tostring(s)]) == 1 || length(zones(self)) == 1
  at       = "vpc_zone_identifier"
  message  = "`${self}` can start machines in one zone only"

  label "its only zone" {
    at        = linked(self, "in_subnet")
    attribute = "availability_zone"
  }

  fails "one subnet" {
    resource "aws_subnet" "a" {
      availability_zone = "eu-west-1a"
    }

    resource "aws_autoscaling_group" "web" {
      min_size            = 2
      max_size            = 4
      vpc_zone_identifier = [aws_subnet.a.id]
    }
  }

  fails "one named zone" {
    resource "aws_autoscaling_group" "web" {
      min_size           = 2
      max_size           = 4
      availability_zones = ["eu-west-1a"]
    }
  }

  passes "a subnet in each of two zones" {
    resource "aws_subnet" "private" {
      for_each          = toset(["eu-west-1a", "eu-west-1b"])
      availability_zone = each.key
    }

    resource "aws_autoscaling_group" "web" {
      min_size            = 2
      max_size            = 4
      vpc_zone_identifier = [for s in aws_subnet.private : s.id]
    }
  }

  passes "one group per zone behind one target group" {
    resource "aws_subnet" "private" {
      for_each          = toset(["eu-west-1a", "eu-west-1b"])
      availability_zone = each.key
    }

    resource "aws_lb_target_group" "web" {
      port     = 80
      protocol = "HTTP"
    }

    resource "aws_autoscaling_group" "web" {
      for_each            = aws_subnet.private
      min_size            = 2
      max_size            = 4
      vpc_zone_identifier = [each.value.id]
      target_group_arns   = [aws_lb_target_group.web.arn]
    }
  }

  passes "cluster placement, which is one zone by definition" {
    resource "aws_placement_group" "solver" {
      name     = "solver"
      strategy = "cluster"
    }

    resource "aws_autoscaling_group" "solver" {
      min_size           = 0
      max_size           = 16
      availability_zones = ["eu-west-1a"]
      placement_group    = aws_placement_group.solver.id
    }
  }

  unknown "subnets are given by the caller" {
    variable "subnet_ids" { type = list(string) }

    resource "aws_autoscaling_group" "web" {
      min_size            = 2
      max_size            = 4
      vpc_zone_identifier = var.subnet_ids
    }
  }
}

rule "asg-packed-behind-lb" {
  summary    = "Machines that serve requests are packed into one rack"
  principle  = "redundancy"
  severity   = "warning"
  since      = "0.1.0"
  why        = <<-MD
    A cluster placement group puts machines close together for fast networks. They share power and switches, and one fault takes
    all of them; often no machine more can be started beside them.
  MD
  fix        = "Use no placement group, or one with `strategy = \"spread\"` or `\"partition\"`."
  references = ["AWS Well-Architected REL10-BP01", "Amazon EC2: placement strategies"]

  locals {
    packed = [
      for p in concat(
        refs(self.placement_group, "aws_placement_group"),
        flatten([for t in linked(self, "uses", "aws_launch_template") : refs(t.placement[0].group_name, "aws_placement_group")]),
      ) : p
      if p.strategy == "cluster"
    ]
  }

  for_each = resources("aws_autoscaling_group")
  unless   = !serves(self)
  when     = length(local.packed) > 0
  at       = "placement_group"
  message  = "all machines of `${self}` may stand in one rack"

  label "packs them" {
    at        = local.packed
    attribute = "strategy"
  }

  fails "behind a load balancer" {
    resource "aws_placement_group" "web" {
      name     = "web"
      strategy = "cluster"
    }

    resource "aws_autoscaling_group" "web" {
      min_size          = 2
      max_size          = 4
      placement_group   = aws_placement_group.web.id
      target_group_arns = ["arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/0123456789abcdef"]
    }
  }

  passes "spread" {
    resource "aws_placement_group" "web" {
      name     = "web"
      strategy = "spread"
    }

    resource "aws_autoscaling_group" "web" {
      min_size          = 2
      max_size          = 4
      placement_group   = aws_placement_group.web.id
      target_group_arns = ["arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/0123456789abcdef"]
    }
  }

  passes "solver, which serves nobody" {
    resource "aws_placement_group" "solver" {
      name     = "solver"
      strategy = "cluster"
    }

    resource "aws_autoscaling_group" "solver" {
      min_size        = 0
      max_size        = 16
      placement_group = aws_placement_group.solver.id
    }
  }

  unknown "strategy is given by the caller" {
    variable "strategy" { type = string }

    resource "aws_placement_group" "web" {
      name     = "web"
      strategy = var.strategy
    }

    resource "aws_autoscaling_group" "web" {
      min_size          = 2
      max_size          = 4
      placement_group   = aws_placement_group.web.id
      target_group_arns = ["arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/0123456789abcdef"]
    }
  }
}

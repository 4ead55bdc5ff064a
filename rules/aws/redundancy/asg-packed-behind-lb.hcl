rule "asg-packed-behind-lb" {
  summary    = "Machines that serve requests are packed close together"
  principle  = "redundancy"
  severity   = "warning"
  since      = "2027.1"
  why        = <<-MD
    A cluster placement group puts machines close together in one zone, for fast networks between them. They share equipment, and one
    fault takes all of them; often no machine more can be started beside them.
  MD
  fix        = "Use no placement group, or one with `strategy = \"spread\"` or `\"partition\"`."
  notice     = "`UnHealthyHostCount` jumps by several at once when one rack or host fails."
  prove      = "Stop all machines that share a placement with `aws:ec2:stop-instances`, and count what is left."
  references = ["AWS Well-Architected REL10-BP01", "Amazon EC2: placement strategies"]

  locals {
    groups = concat(
      referrers(self, "refers", "aws_autoscaling_group"),
      flatten([for t in referrers(self, "refers", "aws_launch_template") : referrers(t, "uses", "aws_autoscaling_group")]),
    )
    serving = [for g in local.groups : g if serves(g)]
  }

  for_each = resources("aws_placement_group")
  unless   = self.strategy != "cluster"
  when     = length(local.serving) > 0
  at       = "strategy"
  message  = "all machines of `${local.serving[0]}` share equipment, and one fault takes them all"

  label "takes requests" {
    at = local.serving
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

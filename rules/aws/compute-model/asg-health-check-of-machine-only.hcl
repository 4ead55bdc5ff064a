rule "asg-health-check-of-machine-only" {
  summary      = "Auto Scaling group keeps machines that the load balancer has given up"
  principle    = "compute-model"
  severity     = "error"
  since        = "2027.1"
  renamed_from = ["health-check-of-machine-only"]
  why          = <<-MD
    By default a group asks only whether the machine runs. A hung application fails the load balancer's check, gets
    no traffic, and is never replaced; the group slowly fills with such machines.
  MD
  fix          = "Set `health_check_type = \"ELB\"`, with a grace period that covers the start of the application."
  notice       = "`UnHealthyHostCount` of the target group stays above 0 while `GroupInServiceInstances` does not change."
  prove        = "Stop the web process on one machine with `aws:ssm:send-command`, and wait for the group to replace it."
  references = [
    "AWS Well-Architected REL11-BP03",
    "AWS Config autoscaling-group-elb-healthcheck-required",
    "Security Hub AutoScaling.1",
    "AWS Trusted Advisor Amazon EC2 Auto Scaling does not have ELB Health Check Enabled",
    "AWS Trusted Advisor Auto Scaling Group Health Check",
  ]

  locals {
    behind = (
      length(default(self.target_group_arns, [])) > 0
      || length(default(self.load_balancers, [])) > 0
      || length(referrers(self, "targets")) > 0
    )
  }

  for_each = resources("aws_autoscaling_group")
  unless   = !local.behind
  when     = !contains(["ELB", "VPC_LATTICE"], default(self.health_check_type, "EC2"))
  at       = "health_check_type"
  message  = "`${self}` does not replace machines that fail the check of their load balancer"

  edit "health_check_type" {
    to = "ELB"
  }

  label "checks the application" {
    at = referrers(self, "targets")
  }

  fails "left out" {
    resource "aws_lb_target_group" "web" {
      protocol = "HTTP"
    }

    resource "aws_autoscaling_group" "web" {
      min_size          = 2
      max_size          = 6
      target_group_arns = [aws_lb_target_group.web.arn]
    }
  }

  fails "attached by a resource of its own" {
    resource "aws_lb_target_group" "web" {
      protocol = "HTTP"
    }

    resource "aws_autoscaling_group" "web" {
      min_size          = 2
      max_size          = 6
      health_check_type = "EC2"
    }

    resource "aws_autoscaling_attachment" "web" {
      autoscaling_group_name = aws_autoscaling_group.web.id
      lb_target_group_arn    = aws_lb_target_group.web.arn
    }
  }

  passes "the load balancer decides" {
    resource "aws_lb_target_group" "web" {
      protocol = "HTTP"
    }

    resource "aws_autoscaling_group" "web" {
      min_size          = 2
      max_size          = 6
      target_group_arns = [aws_lb_target_group.web.arn]
      health_check_type = "ELB"
    }
  }

  passes "no load balancer" {
    resource "aws_autoscaling_group" "worker" {
      min_size = 2
      max_size = 6
    }
  }

  unknown "decided by a variable without default" {
    variable "health_check_type" { type = string }

    resource "aws_lb_target_group" "web" {
      protocol = "HTTP"
    }

    resource "aws_autoscaling_group" "web" {
      min_size          = 2
      max_size          = 6
      target_group_arns = [aws_lb_target_group.web.arn]
      health_check_type = var.health_check_type
    }
  }
}

rule "lb-target-group-single-target" {
  summary      = "Target group has a single machine behind it"
  principle    = "single-point-of-failure"
  severity     = "error"
  since        = "2027.1"
  renamed_from = ["target-group-single-target"]
  why          = <<-MD
    A load balancer in front of one machine adds a hop, not redundancy: when the machine is lost, nothing answers.
  MD
  fix          = "Register an Auto Scaling group or a service with at least two members, in two zones."
  notice       = "`HealthyHostCount` is 1, and requests fail when it is 0."
  prove        = "Stop the machine with `aws:ec2:stop-instances`, and call the load balancer."
  references   = ["AWS Well-Architected REL10-BP01", "AWS Well-Architected REL11-BP02"]

  locals {
    attachments = referrers(self, "refers", "aws_lb_target_group_attachment", "aws_alb_target_group_attachment")
    groups      = linked(self, "targets", "aws_autoscaling_group", "aws_ecs_service")
    machines    = distinct([for a in local.attachments : a.target_id])
  }

  for_each = resources("target_group")
  unless   = self.target_type == "lambda" || self.target_type == "alb" || length(local.groups) > 0
  when     = length(local.machines) == 1
  message  = "`${self}` sends every request to one machine"

  label "the only target" {
    at        = local.attachments
    attribute = "target_id"
  }

  label "the machine" {
    at = linked(self, "targets", "aws_instance")
  }

  fails "one instance" {
    resource "aws_lb_target_group" "web" {
      protocol = "HTTP"
    }

    resource "aws_instance" "web" {
      instance_type = "m7g.large"
    }

    resource "aws_lb_target_group_attachment" "web" {
      target_group_arn = aws_lb_target_group.web.arn
      target_id        = aws_instance.web.id
    }
  }

  fails "one instance on two ports" {
    resource "aws_lb_target_group" "web" {
      protocol = "HTTP"
    }

    resource "aws_instance" "web" {
      instance_type = "m7g.large"
    }

    resource "aws_lb_target_group_attachment" "web" {
      for_each         = toset(["8080", "8081"])
      target_group_arn = aws_lb_target_group.web.arn
      target_id        = aws_instance.web.id
      port             = each.key
    }
  }

  passes "two instances" {
    resource "aws_lb_target_group" "web" {
      protocol = "HTTP"
    }

    resource "aws_instance" "web" {
      count         = 2
      instance_type = "m7g.large"
    }

    resource "aws_lb_target_group_attachment" "web" {
      count            = 2
      target_group_arn = aws_lb_target_group.web.arn
      target_id        = aws_instance.web[count.index].id
    }
  }

  passes "targets come from elsewhere" {
    resource "aws_lb_target_group" "web" {
      target_type = "ip"
    }
  }

  passes "a function" {
    resource "aws_lb_target_group" "api" {
      target_type = "lambda"
    }

    resource "aws_lambda_function" "api" {
      function_name = "api"
    }

    resource "aws_lb_target_group_attachment" "api" {
      target_group_arn = aws_lb_target_group.api.arn
      target_id        = aws_lambda_function.api.arn
    }
  }

  unknown "number of machines is given by the caller" {
    variable "machines" { type = number }

    resource "aws_lb_target_group" "web" {
      protocol = "HTTP"
    }

    resource "aws_instance" "web" {
      count         = var.machines
      instance_type = "m7g.large"
    }

    resource "aws_lb_target_group_attachment" "web" {
      count            = var.machines
      target_group_arn = aws_lb_target_group.web.arn
      target_id        = aws_instance.web[count.index].id
    }
  }
}

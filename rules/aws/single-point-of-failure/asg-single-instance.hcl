rule "asg-single-instance" {
  summary    = "Auto Scaling group behind a load balancer may run one machine"
  principle  = "single-point-of-failure"
  severity   = "error"
  since      = "2027.1"
  why        = <<-MD
    The group replaces a lost machine, but that takes minutes, and until then the load balancer has nothing to send
    requests to.
  MD
  fix        = "Set `min_size` to at least 2, and `max_size` and `desired_capacity` to no less."
  notice     = "`HealthyHostCount` is 1 in quiet hours, and 0 when that machine fails."
  prove      = "Terminate it with `aws:ec2:terminate-instances`, and time until requests succeed again."
  references = ["AWS Well-Architected REL10-BP01", "AWS Well-Architected REL11-BP02"]

  param "minimum_instances" {
    default = 2
    doc     = "Fewest machines that a group must keep."
  }

  for_each = resources("aws_autoscaling_group")
  unless   = !serves(self) || self.max_size == 0
  when     = self.min_size < param.minimum_instances
  at       = "min_size"
  message  = "`${self}` does not keep ${param.minimum_instances} machines: nothing answers while its only one is replaced"

  edit "min_size" {
    to = param.minimum_instances
  }

  # Both stay at least as large.
  edit "max_size" {
    to   = param.minimum_instances
    when = self.max_size < param.minimum_instances
  }

  edit "desired_capacity" {
    to   = param.minimum_instances
    when = default(self.desired_capacity, param.minimum_instances) < param.minimum_instances
  }

  label "sends requests to it" {
    at = referrers(self, "targets")
  }

  fails "one machine" {
    resource "aws_lb_target_group" "web" {
      protocol = "HTTP"
    }

    resource "aws_autoscaling_group" "web" {
      min_size          = 1
      max_size          = 4
      target_group_arns = [aws_lb_target_group.web.arn]
    }
  }

  fails "attached by a resource of its own" {
    resource "aws_lb_target_group" "web" {
      protocol = "HTTP"
    }

    resource "aws_autoscaling_group" "web" {
      min_size = 1
      max_size = 1
    }

    resource "aws_autoscaling_attachment" "web" {
      autoscaling_group_name = aws_autoscaling_group.web.name
      lb_target_group_arn    = aws_lb_target_group.web.arn
    }
  }

  passes "two machines" {
    resource "aws_lb_target_group" "web" {
      protocol = "HTTP"
    }

    resource "aws_autoscaling_group" "web" {
      min_size          = 2
      max_size          = 4
      target_group_arns = [aws_lb_target_group.web.arn]
    }
  }

  passes "a machine that heals itself and serves no load balancer" {
    resource "aws_autoscaling_group" "bastion" {
      min_size = 1
      max_size = 1
    }
  }

  unknown "size is given by the caller" {
    variable "min_size" { type = number }

    resource "aws_lb_target_group" "web" {
      protocol = "HTTP"
    }

    resource "aws_autoscaling_group" "web" {
      min_size          = var.min_size
      max_size          = 4
      target_group_arns = [aws_lb_target_group.web.arn]
    }
  }
}

rule "lb-cuts-off-requests" {
  summary   = "Load balancer cuts off the requests of targets that it takes out"
  principle = "redundancy"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    Each deployment and each scaling in takes targets out. Without time to finish, requests that are under way end in an error.
  MD
  fix       = "Set `connection_draining = true` of a classic load balancer, `deregistration_delay` of a target group to the longest request."
  notice    = "`HTTPCode_ELB_5XX_Count` rises with each deployment or scale-in."
  prove     = "Take a target out while it answers a request of ten seconds, and look at the answer."
  references = [
    "AWS Well-Architected REL08-BP04",
    "Security Hub ELB.7",
    "AWS Trusted Advisor CLB Connection Draining",
  ]

  locals {
    lambda = self.target_type == "lambda"
  }

  for_each = resources("aws_elb", "target_group")
  unless   = local.lambda

  defect "classic" {
    when    = is(self, "aws_elb") && self.connection_draining != true
    at      = "connection_draining"
    message = "`${self}` drops the connections of a machine that it takes out"

    edit "connection_draining" {
      to = true
    }
  }

  defect "target group" {
    when    = is(self, "target_group") && try(tonumber(self.deregistration_delay), null) == 0
    at      = "deregistration_delay"
    message = "`${self}` gives a target no time to finish its requests"

    edit "deregistration_delay" {
      to = 300
    }
  }

  fails "classic load balancer, off by default" {
    resource "aws_elb" "web" {
      availability_zones = ["eu-west-1a", "eu-west-1b"]

      listener {
        instance_port     = 80
        instance_protocol = "http"
        lb_port           = 80
        lb_protocol       = "http"
      }
    }
  }

  fails "no delay" {
    resource "aws_lb_target_group" "web" {
      port                 = 80
      protocol             = "HTTP"
      vpc_id               = "vpc-0a1b2c3d"
      deregistration_delay = 0
    }
  }

  passes "draining" {
    resource "aws_elb" "web" {
      availability_zones  = ["eu-west-1a", "eu-west-1b"]
      connection_draining = true

      listener {
        instance_port     = 80
        instance_protocol = "http"
        lb_port           = 80
        lb_protocol       = "http"
      }
    }
  }

  passes "half a minute" {
    resource "aws_lb_target_group" "web" {
      port                 = 80
      protocol             = "HTTP"
      vpc_id               = "vpc-0a1b2c3d"
      deregistration_delay = 30
    }
  }

  passes "five minutes, the default" {
    resource "aws_lb_target_group" "web" {
      port     = 80
      protocol = "HTTP"
      vpc_id   = "vpc-0a1b2c3d"
    }
  }

  passes "a function, which is not taken out" {
    resource "aws_lb_target_group" "api" {
      target_type          = "lambda"
      deregistration_delay = 0
    }
  }

  unknown "delay is given by the caller" {
    variable "delay" { type = number }

    resource "aws_lb_target_group" "web" {
      port                 = 80
      protocol             = "HTTP"
      vpc_id               = "vpc-0a1b2c3d"
      deregistration_delay = var.delay
    }
  }
}

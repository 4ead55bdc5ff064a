rule "lb-classic" {
  summary     = "Load balancer is a Classic one"
  principle   = "compute-model"
  severity    = "advice"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A Classic Load Balancer knows machines and no target groups: it cannot move traffic to a new release bit by bit, nor away from a zone that is ill, and
    gets no new features.
  MD
  fix         = "Use an `aws_lb` of type `application` or `network` with target groups."
  notice      = "No metric shows it: HTTP/2, routing by path and connection draining by target group are missing."
  prove       = "Stop a machine behind it with `aws:ec2:stop-instances`, and compare failed requests with those of a new load balancer."
  references  = ["AWS Well-Architected REL10-BP01", "Elastic Load Balancing User Guide: Migrate your Classic Load Balancer"]

  for_each = resources("aws_elb")
  when     = self != null
  message  = "`${self}` is a Classic Load Balancer"

  fails "Classic" {
    resource "aws_elb" "web" {
      name    = "web"
      subnets = ["subnet-0a", "subnet-0b"]

      listener {
        instance_port     = 80
        instance_protocol = "http"
        lb_port           = 80
        lb_protocol       = "http"
      }
    }
  }

  fails "of TCP" {
    resource "aws_elb" "web" {
      name    = "web"
      subnets = ["subnet-0a", "subnet-0b"]

      listener {
        instance_port     = 443
        instance_protocol = "tcp"
        lb_port           = 443
        lb_protocol       = "tcp"
      }
    }
  }

  passes "Application" {
    resource "aws_lb" "web" {
      name               = "web"
      load_balancer_type = "application"
      subnets            = ["subnet-0a", "subnet-0b"]
    }
  }

  passes "made nowhere" {
    resource "aws_elb" "web" {
      count   = 0
      name    = "web"
      subnets = ["subnet-0a", "subnet-0b"]

      listener {
        instance_port     = 80
        instance_protocol = "http"
        lb_port           = 80
        lb_protocol       = "http"
      }
    }
  }

  unknown "the caller says whether there is one" {
    variable "wanted" { type = bool }

    resource "aws_elb" "web" {
      count   = var.wanted ? 1 : 0
      name    = "web"
      subnets = ["subnet-0a", "subnet-0b"]

      listener {
        instance_port     = 80
        instance_protocol = "http"
        lb_port           = 80
        lb_protocol       = "http"
      }
    }
  }
}

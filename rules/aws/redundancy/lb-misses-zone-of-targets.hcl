rule "lb-misses-zone-of-targets" {
  summary   = "Targets stand in a zone in which the load balancer has no subnet"
  principle = "redundancy"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    A load balancer sends nothing to targets in a zone that is not enabled for it. They run and cost, and when the other zones
    fail they are of no help.
  MD
  fix       = "Give the load balancer a subnet in every zone of its targets."
  notice    = "`HealthyHostCount` of one zone is 0, or its targets show `Target.NotInUse`."
  prove     = "Compare the zones of the targets with those of the load balancer in `describe-target-health`."
  references = [
    "AWS Well-Architected REL10-BP01",
    "AWS Trusted Advisor Load Balancer Optimization",
    "AWS Trusted Advisor ELB Target Imbalance",
  ]

  locals {
    here      = zones(self)
    groups    = referrers(self, "targets", "target_group")
    balancers = distinct(flatten([for g in local.groups : balancers_before(g)]))
    # A load balancer of one zone is the worse defect: lb-single-az.
    missing = [
      for b in local.balancers : b
      if length(distinct(zones(b))) > 1 && anytrue([for z in local.here : !contains(zones(b), z)])
    ]
  }

  for_each = resources("aws_autoscaling_group", "aws_ecs_service")
  when     = length(local.missing) > 0
  at       = "vpc_zone_identifier"
  message  = "`${self}` runs in a zone in which `${local.missing[0]}` sends no requests"

  label "stands in fewer zones" {
    at        = local.missing
    attribute = "subnets"
  }

  fails "group in a third zone" {
    resource "aws_subnet" "public" {
      for_each          = { a = "10.0.1.0/24", b = "10.0.2.0/24" }
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_subnet" "private" {
      for_each          = { a = "10.0.11.0/24", b = "10.0.12.0/24", c = "10.0.13.0/24" }
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_lb" "public" {
      subnets = [for s in aws_subnet.public : s.id]
    }

    resource "aws_lb_target_group" "web" {
      port     = 80
      protocol = "HTTP"
      vpc_id   = "vpc-0a1b2c3d"
    }

    resource "aws_lb_listener" "http" {
      load_balancer_arn = aws_lb.public.arn
      port              = 80

      default_action {
        type             = "forward"
        target_group_arn = aws_lb_target_group.web.arn
      }
    }

    resource "aws_autoscaling_group" "web" {
      min_size            = 3
      max_size            = 9
      vpc_zone_identifier = [for s in aws_subnet.private : s.id]
      target_group_arns   = [aws_lb_target_group.web.arn]
    }
  }

  fails "behind a rule of a listener" {
    resource "aws_subnet" "public" {
      for_each          = { a = "10.0.1.0/24", b = "10.0.2.0/24" }
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_subnet" "private" {
      for_each          = { a = "10.0.11.0/24", b = "10.0.12.0/24", c = "10.0.13.0/24" }
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_lb" "public" {
      subnets = [for s in aws_subnet.public : s.id]
    }

    resource "aws_lb_target_group" "reports" {
      port     = 80
      protocol = "HTTP"
      vpc_id   = "vpc-0a1b2c3d"
    }

    resource "aws_lb_listener" "http" {
      load_balancer_arn = aws_lb.public.arn
      port              = 80

      default_action {
        type = "fixed-response"

        fixed_response {
          content_type = "text/plain"
          status_code  = "404"
        }
      }
    }

    resource "aws_lb_listener_rule" "reports" {
      listener_arn = aws_lb_listener.http.arn

      action {
        type             = "forward"
        target_group_arn = aws_lb_target_group.reports.arn
      }

      condition {
        path_pattern {
          values = ["/reports/*"]
        }
      }
    }

    resource "aws_autoscaling_group" "reports" {
      min_size            = 3
      max_size            = 9
      vpc_zone_identifier = [for s in aws_subnet.private : s.id]
      target_group_arns   = [aws_lb_target_group.reports.arn]
    }
  }

  passes "the same zones" {
    resource "aws_subnet" "public" {
      for_each          = { a = "10.0.1.0/24", b = "10.0.2.0/24" }
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_subnet" "private" {
      for_each          = { a = "10.0.11.0/24", b = "10.0.12.0/24" }
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_lb" "public" {
      subnets = [for s in aws_subnet.public : s.id]
    }

    resource "aws_lb_target_group" "web" {
      port        = 80
      protocol    = "HTTP"
      target_type = "ip"
      vpc_id      = "vpc-0a1b2c3d"
    }

    resource "aws_lb_listener" "http" {
      load_balancer_arn = aws_lb.public.arn
      port              = 80

      default_action {
        type             = "forward"
        target_group_arn = aws_lb_target_group.web.arn
      }
    }

    resource "aws_ecs_service" "web" {
      name          = "web"
      desired_count = 4

      network_configuration {
        subnets = [for s in aws_subnet.private : s.id]
      }

      load_balancer {
        target_group_arn = aws_lb_target_group.web.arn
        container_name   = "web"
        container_port   = 80
      }
    }
  }

  passes "nothing behind it yet" {
    resource "aws_lb" "public" {
      subnets = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]
    }
  }

  passes "load balancer of one zone, which is another defect" {
    resource "aws_subnet" "zone" {
      for_each          = { a = "10.0.1.0/24", b = "10.0.2.0/24" }
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_lb" "tcp" {
      load_balancer_type = "network"
      subnets            = [aws_subnet.zone["a"].id]
    }

    resource "aws_lb_target_group" "tcp" {
      port     = 9000
      protocol = "TCP"
      vpc_id   = "vpc-0a1b2c3d"
    }

    resource "aws_lb_listener" "tcp" {
      load_balancer_arn = aws_lb.tcp.arn
      port              = 9000
      protocol          = "TCP"

      default_action {
        type             = "forward"
        target_group_arn = aws_lb_target_group.tcp.arn
      }
    }

    resource "aws_autoscaling_group" "tcp" {
      min_size            = 2
      max_size            = 4
      vpc_zone_identifier = [for s in aws_subnet.zone : s.id]
      target_group_arns   = [aws_lb_target_group.tcp.arn]
    }
  }

  unknown "subnets of the group are given by the caller" {
    variable "private_subnet_ids" { type = list(string) }

    resource "aws_subnet" "public" {
      for_each          = { a = "10.0.1.0/24", b = "10.0.2.0/24" }
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_lb" "public" {
      subnets = [for s in aws_subnet.public : s.id]
    }

    resource "aws_lb_target_group" "web" {
      port     = 80
      protocol = "HTTP"
      vpc_id   = "vpc-0a1b2c3d"
    }

    resource "aws_lb_listener" "http" {
      load_balancer_arn = aws_lb.public.arn
      port              = 80

      default_action {
        type             = "forward"
        target_group_arn = aws_lb_target_group.web.arn
      }
    }

    resource "aws_autoscaling_group" "web" {
      min_size            = 3
      max_size            = 9
      vpc_zone_identifier = var.private_subnet_ids
      target_group_arns   = [aws_lb_target_group.web.arn]
    }
  }
}

rule "lb-without-cross-zone" {
  summary   = "Load balancer keeps requests in a zone that may have no target"
  principle = "redundancy"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    Without cross-zone balancing each address of the load balancer uses only the targets of its own zone. With fewer targets than
    zones one of them has none: clients that hold its address get no answer until DNS has taken it away.
  MD
  fix       = "Set `enable_cross_zone_load_balancing = true`, or keep at least one target in each zone."
  notice    = "`UnHealthyHostCount` in one zone goes with errors for the clients of that zone only."
  prove     = "Stop the targets of one zone, and call that zone's address of the load balancer."
  references = [
    "AWS Well-Architected PERF04-BP04",
    "AWS Config nlb-cross-zone-load-balancing-enabled",
    "AWS Config elb-cross-zone-load-balancing-enabled",
    "Security Hub ELB.9",
    "AWS Trusted Advisor Network Load Balancers Cross Load Balancing",
    "checkov CKV_AWS_152",
  ]

  locals {
    groups  = distinct(concat(linked(self, "forwards", "target_group"), groups_behind(self)))
    across  = anytrue([for g in local.groups : g.load_balancing_cross_zone_enabled == "true"])
    targets = distinct(flatten([for g in local.groups : linked(g, "targets", "aws_autoscaling_group", "aws_ecs_service")]))
    scarce  = [for t in local.targets : t if copies(t) < length(zones(self))]
  }

  for_each = resources("load_balancer", "aws_elb")
  unless   = is(self, "load_balancer") && local.across

  defect "classic, switched off" {
    when    = is(self, "aws_elb") && self.cross_zone_load_balancing == false
    at      = "cross_zone_load_balancing"
    message = "`${self}` sends each zone's share of the clients to the machines of that zone, however few they are"

    edit "cross_zone_load_balancing" {
      to = true
    }
  }

  defect "fewer targets than zones" {
    when = (
      is(self, "load_balancer") && self.load_balancer_type == "network" && self.enable_cross_zone_load_balancing != true
      && length(local.scarce) > 0
    )
    at      = "enable_cross_zone_load_balancing"
    message = "`${self}` stands in ${length(zones(self))} zones, and `${local.scarce[0]}` may have a target in no more than ${copies(local.scarce[0])} of them"

    label "does not fill every zone" {
      at = local.scarce
    }

    edit "enable_cross_zone_load_balancing" {
      to = true
    }
  }

  fails "two tasks in three zones" {
    resource "aws_subnet" "private" {
      for_each          = { a = "10.0.1.0/24", b = "10.0.2.0/24", c = "10.0.3.0/24" }
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_lb" "mqtt" {
      load_balancer_type = "network"
      internal           = true
      subnets            = [for s in aws_subnet.private : s.id]
    }

    resource "aws_lb_target_group" "mqtt" {
      port        = 8883
      protocol    = "TCP"
      target_type = "ip"
      vpc_id      = "vpc-0a1b2c3d"
    }

    resource "aws_lb_listener" "mqtt" {
      load_balancer_arn = aws_lb.mqtt.arn
      port              = 8883
      protocol          = "TCP"

      default_action {
        type             = "forward"
        target_group_arn = aws_lb_target_group.mqtt.arn
      }
    }

    resource "aws_ecs_service" "mqtt" {
      name          = "mqtt"
      desired_count = 2

      network_configuration {
        subnets = [for s in aws_subnet.private : s.id]
      }

      load_balancer {
        target_group_arn = aws_lb_target_group.mqtt.arn
        container_name   = "mqtt"
        container_port   = 8883
      }
    }
  }

  fails "classic load balancer" {
    resource "aws_elb" "web" {
      cross_zone_load_balancing = false
      availability_zones        = ["eu-west-1a", "eu-west-1b"]

      listener {
        instance_port     = 80
        instance_protocol = "http"
        lb_port           = 80
        lb_protocol       = "http"
      }
    }
  }

  passes "cross-zone" {
    resource "aws_subnet" "private" {
      for_each          = { a = "10.0.1.0/24", b = "10.0.2.0/24", c = "10.0.3.0/24" }
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_lb" "mqtt" {
      load_balancer_type               = "network"
      internal                         = true
      enable_cross_zone_load_balancing = true
      subnets                          = [for s in aws_subnet.private : s.id]
    }

    resource "aws_lb_target_group" "mqtt" {
      port        = 8883
      protocol    = "TCP"
      target_type = "ip"
      vpc_id      = "vpc-0a1b2c3d"
    }

    resource "aws_lb_listener" "mqtt" {
      load_balancer_arn = aws_lb.mqtt.arn
      port              = 8883
      protocol          = "TCP"

      default_action {
        type             = "forward"
        target_group_arn = aws_lb_target_group.mqtt.arn
      }
    }

    resource "aws_ecs_service" "mqtt" {
      name          = "mqtt"
      desired_count = 2

      load_balancer {
        target_group_arn = aws_lb_target_group.mqtt.arn
        container_name   = "mqtt"
        container_port   = 8883
      }
    }
  }

  passes "application load balancer, which always balances across zones" {
    resource "aws_lb" "web" {
      load_balancer_type = "application"
      subnets            = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]
    }
  }

  passes "the target group says so" {
    resource "aws_subnet" "private" {
      for_each          = { a = "10.0.1.0/24", b = "10.0.2.0/24", c = "10.0.3.0/24" }
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_lb" "mqtt" {
      load_balancer_type = "network"
      subnets            = [for s in aws_subnet.private : s.id]
    }

    resource "aws_lb_target_group" "mqtt" {
      port                              = 8883
      protocol                          = "TCP"
      vpc_id                            = "vpc-0a1b2c3d"
      load_balancing_cross_zone_enabled = "true"
    }

    resource "aws_lb_listener" "mqtt" {
      load_balancer_arn = aws_lb.mqtt.arn
      port              = 8883
      protocol          = "TCP"

      default_action {
        type             = "forward"
        target_group_arn = aws_lb_target_group.mqtt.arn
      }
    }

    resource "aws_autoscaling_group" "mqtt" {
      min_size            = 2
      max_size            = 6
      vpc_zone_identifier = [for s in aws_subnet.private : s.id]
      target_group_arns   = [aws_lb_target_group.mqtt.arn]
    }
  }

  unknown "number of machines is given by the caller" {
    variable "machines" { type = number }

    resource "aws_subnet" "private" {
      for_each          = { a = "10.0.1.0/24", b = "10.0.2.0/24", c = "10.0.3.0/24" }
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_lb" "mqtt" {
      load_balancer_type = "network"
      subnets            = [for s in aws_subnet.private : s.id]
    }

    resource "aws_lb_target_group" "mqtt" {
      port     = 8883
      protocol = "TCP"
      vpc_id   = "vpc-0a1b2c3d"
    }

    resource "aws_lb_listener" "mqtt" {
      load_balancer_arn = aws_lb.mqtt.arn
      port              = 8883
      protocol          = "TCP"

      default_action {
        type             = "forward"
        target_group_arn = aws_lb_target_group.mqtt.arn
      }
    }

    resource "aws_autoscaling_group" "mqtt" {
      min_size            = var.machines
      max_size            = 6
      vpc_zone_identifier = [for s in aws_subnet.private : s.id]
      target_group_arns   = [aws_lb_target_group.mqtt.arn]
    }
  }
}

rule "lb-target-group-without-listener" {
  summary     = "Target group that no listener forwards to"
  principle   = "decoupling"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    The targets are registered, and no load balancer sends them anything. Without a load balancer they are not checked either: their health
    is \"unused\".
  MD
  fix         = "Forward to the target group in an `aws_lb_listener` or `aws_lb_listener_rule`."
  notice      = "`RequestCount` of the target group is 0, and its targets show no health."
  prove       = "Send a request through the load balancer, and look which group it reaches."
  references  = ["AWS Well-Architected REL04-BP02", "Elastic Load Balancing: Health checks for Application Load Balancer target groups"]

  locals {
    targets   = linked(self, "targets")
    listeners = referrers(self, "forwards")
    # Deployments move a listener between two groups.
    deployments = concat(
      referrers(self, "refers", "aws_codedeploy_deployment_group"),
      [for s in local.targets : s if length(default(s.load_balancer[0].advanced_configuration, [])) > 0],
    )
  }

  for_each = resources("target_group")
  unless   = length(local.targets) == 0 || length(local.deployments) > 0
  when     = length(local.listeners) == 0
  message  = "`${local.targets[0]}` is registered in `${self}`, and no listener forwards there"

  label "waits for requests" {
    at = local.targets
  }

  fails "service behind no listener" {
    resource "aws_lb_target_group" "api" {
      name        = "api"
      target_type = "ip"
    }

    resource "aws_ecs_service" "api" {
      name = "api"

      load_balancer {
        target_group_arn = aws_lb_target_group.api.arn
        container_name   = "api"
        container_port   = 8080
      }
    }
  }

  passes "by a listener" {
    resource "aws_lb_target_group" "web" {
      name = "web"
    }

    resource "aws_autoscaling_group" "web" {
      name              = "web"
      min_size          = 2
      max_size          = 6
      target_group_arns = [aws_lb_target_group.web.arn]
    }

    resource "aws_lb" "web" {
      name = "web"
    }

    resource "aws_lb_listener" "https" {
      load_balancer_arn = aws_lb.web.arn

      default_action {
        type             = "forward"
        target_group_arn = aws_lb_target_group.web.arn
      }
    }
  }

  passes "by a rule of a listener that stands elsewhere" {
    resource "aws_lb_target_group" "api" {
      name        = "api"
      target_type = "ip"
    }

    resource "aws_ecs_service" "api" {
      name = "api"

      load_balancer {
        target_group_arn = aws_lb_target_group.api.arn
        container_name   = "api"
        container_port   = 8080
      }
    }

    resource "aws_lb_listener_rule" "api" {
      listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/web/0123456789abcdef/0123456789abcdef"

      action {
        type             = "forward"
        target_group_arn = aws_lb_target_group.api.arn
      }

      condition {
        path_pattern {
          values = ["/api/*"]
        }
      }
    }
  }

  passes "nothing is registered" {
    resource "aws_lb_target_group" "green" {
      name = "green"
    }
  }

  unknown "whether there is a rule is given by the caller" {
    variable "public" { type = bool }

    resource "aws_lb_target_group" "api" {
      name        = "api"
      target_type = "ip"
    }

    resource "aws_ecs_service" "api" {
      name = "api"

      load_balancer {
        target_group_arn = aws_lb_target_group.api.arn
        container_name   = "api"
        container_port   = 8080
      }
    }

    resource "aws_lb_listener_rule" "api" {
      count        = var.public ? 1 : 0
      listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/web/0123456789abcdef/0123456789abcdef"

      action {
        type             = "forward"
        target_group_arn = aws_lb_target_group.api.arn
      }

      condition {
        path_pattern {
          values = ["/api/*"]
        }
      }
    }
  }
}

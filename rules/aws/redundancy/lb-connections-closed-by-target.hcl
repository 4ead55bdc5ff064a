rule "lb-connections-closed-by-target" {
  summary   = "Target closes connections that its load balancer keeps"
  principle = "redundancy"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    An Application Load Balancer keeps connections to its targets open, and sends the next request on one that has been idle for less than its `idle_timeout`.
    A server that closes idle connections sooner does so in the very moment in which a request is on its way now and then: the client gets an error 502.
  MD
  fix       = "Let the server keep idle connections for longer than the load balancer: 65 s where `idle_timeout` is 60."
  notice    = "A few errors 502 at any load (`HTTPCode_ELB_5XX_Count`), while no target logs one."
  prove     = "Send a request every few seconds over hours, at little load, and count the errors 502."
  references = [
    "AWS Well-Architected REL05-BP05",
    "Elastic Load Balancing: Connection idle timeout of Application Load Balancers",
  ]

  locals {
    balancers = [
      for b in distinct(flatten([for g in referrers(self, "targets", "target_group") : balancers_before(g)])) : b
      if default(b.load_balancer_type, "application") == "application"
    ]
    # What Gunicorn, Uvicorn and Hypercorn are told on the command line.
    kept = flatten([
      for t in refs(self.task_definition, "aws_ecs_task_definition") : [
        for c in containers(t) : [
          for words in [concat(flatten([try(c.entryPoint, [])]), flatten([try(c.command, [])]))] : [
            for found in regexall("(--(?:timeout-keep-alive|keep-?alive))[= ]([0-9]+)", join(" ", [for w in words : default(w, "")])) :
            { option = found[0], seconds = tonumber(found[1]) }
          ]
        ]
      ]
    ])
    short = flatten([
      for k in local.kept : [for b in local.balancers : merge(k, { by = b }) if k.seconds <= default(b.idle_timeout, 60)]
    ])
  }

  for_each = resources("aws_ecs_service")
  when     = length(local.short) > 0
  message  = "`${self}` closes idle connections after ${local.short[0].seconds} s (`${local.short[0].option}`), and `${local.short[0].by}` uses them for ${default(local.short[0].by.idle_timeout, 60)} s"

  label "keeps them longer" {
    at        = local.short[*].by
    attribute = "idle_timeout"
  }

  fails "Uvicorn with five seconds, and the default of the load balancer" {
    resource "aws_lb" "shop" {
      name    = "shop"
      subnets = ["subnet-1", "subnet-2"]
    }

    resource "aws_lb_target_group" "shop" {
      name        = "shop"
      port        = 8000
      protocol    = "HTTP"
      target_type = "ip"
      vpc_id      = "vpc-1"
    }

    resource "aws_lb_listener" "https" {
      load_balancer_arn = aws_lb.shop.arn
      port              = 443
      protocol          = "HTTPS"

      default_action {
        type             = "forward"
        target_group_arn = aws_lb_target_group.shop.arn
      }
    }

    resource "aws_ecs_task_definition" "shop" {
      family                = "shop"
      container_definitions = jsonencode([{ name = "shop", image = "shop:1", command = ["uvicorn", "shop:app", "--timeout-keep-alive", "5"] }])
    }

    resource "aws_ecs_service" "shop" {
      name            = "shop"
      task_definition = aws_ecs_task_definition.shop.arn

      load_balancer {
        target_group_arn = aws_lb_target_group.shop.arn
        container_name   = "shop"
        container_port   = 8000
      }
    }
  }

  fails "Gunicorn with as long as the load balancer, through a shell" {
    resource "aws_lb" "shop" {
      name         = "shop"
      subnets      = ["subnet-1", "subnet-2"]
      idle_timeout = 120
    }

    resource "aws_lb_target_group" "shop" {
      name        = "shop"
      port        = 8000
      protocol    = "HTTP"
      target_type = "ip"
      vpc_id      = "vpc-1"
    }

    resource "aws_lb_listener" "https" {
      load_balancer_arn = aws_lb.shop.arn
      port              = 443
      protocol          = "HTTPS"

      default_action {
        type             = "forward"
        target_group_arn = aws_lb_target_group.shop.arn
      }
    }

    resource "aws_ecs_task_definition" "shop" {
      family                = "shop"
      container_definitions = jsonencode([{ name = "shop", image = "shop:1", command = ["sh", "-c", "gunicorn shop:app --keep-alive=120"] }])
    }

    resource "aws_ecs_service" "shop" {
      name            = "shop"
      task_definition = aws_ecs_task_definition.shop.arn

      load_balancer {
        target_group_arn = aws_lb_target_group.shop.arn
        container_name   = "shop"
        container_port   = 8000
      }
    }
  }

  passes "longer than the load balancer" {
    resource "aws_lb" "shop" {
      name    = "shop"
      subnets = ["subnet-1", "subnet-2"]
    }

    resource "aws_lb_target_group" "shop" {
      name        = "shop"
      port        = 8000
      protocol    = "HTTP"
      target_type = "ip"
      vpc_id      = "vpc-1"
    }

    resource "aws_lb_listener" "https" {
      load_balancer_arn = aws_lb.shop.arn
      port              = 443
      protocol          = "HTTPS"

      default_action {
        type             = "forward"
        target_group_arn = aws_lb_target_group.shop.arn
      }
    }

    resource "aws_ecs_task_definition" "shop" {
      family                = "shop"
      container_definitions = jsonencode([{ name = "shop", image = "shop:1", command = ["uvicorn", "shop:app", "--timeout-keep-alive", "65"] }])
    }

    resource "aws_ecs_service" "shop" {
      name            = "shop"
      task_definition = aws_ecs_task_definition.shop.arn

      load_balancer {
        target_group_arn = aws_lb_target_group.shop.arn
        container_name   = "shop"
        container_port   = 8000
      }
    }
  }

  passes "nothing is said" {
    resource "aws_lb" "shop" {
      name    = "shop"
      subnets = ["subnet-1", "subnet-2"]
    }

    resource "aws_lb_target_group" "shop" {
      name        = "shop"
      port        = 8000
      protocol    = "HTTP"
      target_type = "ip"
      vpc_id      = "vpc-1"
    }

    resource "aws_lb_listener" "https" {
      load_balancer_arn = aws_lb.shop.arn
      port              = 443
      protocol          = "HTTPS"

      default_action {
        type             = "forward"
        target_group_arn = aws_lb_target_group.shop.arn
      }
    }

    resource "aws_ecs_task_definition" "shop" {
      family                = "shop"
      container_definitions = jsonencode([{ name = "shop", image = "shop:1", command = ["uvicorn", "shop:app"] }])
    }

    resource "aws_ecs_service" "shop" {
      name            = "shop"
      task_definition = aws_ecs_task_definition.shop.arn

      load_balancer {
        target_group_arn = aws_lb_target_group.shop.arn
        container_name   = "shop"
        container_port   = 8000
      }
    }
  }

  unknown "the time of the load balancer is given by the caller" {
    variable "idle" { type = number }

    resource "aws_lb" "shop" {
      name         = "shop"
      subnets      = ["subnet-1", "subnet-2"]
      idle_timeout = var.idle
    }

    resource "aws_lb_target_group" "shop" {
      name        = "shop"
      port        = 8000
      protocol    = "HTTP"
      target_type = "ip"
      vpc_id      = "vpc-1"
    }

    resource "aws_lb_listener" "https" {
      load_balancer_arn = aws_lb.shop.arn
      port              = 443
      protocol          = "HTTPS"

      default_action {
        type             = "forward"
        target_group_arn = aws_lb_target_group.shop.arn
      }
    }

    resource "aws_ecs_task_definition" "shop" {
      family                = "shop"
      container_definitions = jsonencode([{ name = "shop", image = "shop:1", command = ["uvicorn", "shop:app", "--timeout-keep-alive", "65"] }])
    }

    resource "aws_ecs_service" "shop" {
      name            = "shop"
      task_definition = aws_ecs_task_definition.shop.arn

      load_balancer {
        target_group_arn = aws_lb_target_group.shop.arn
        container_name   = "shop"
        container_port   = 8000
      }
    }
  }
}

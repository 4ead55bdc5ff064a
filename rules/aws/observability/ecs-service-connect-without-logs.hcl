rule "ecs-service-connect-without-logs" {
  summary   = "Proxy between services keeps no log"
  principle = "observability"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    With Service Connect a proxy stands in front of each task, and answers itself when it cannot reach the other side. Both services
    then have clean logs, and nobody has the line that says why.
  MD
  fix       = "Add `log_configuration` to `service_connect_configuration`."
  notice    = "Calls between services fail, and the proxy's log is nowhere."
  prove     = "Delay the calls with `aws:ecs:task-network-latency`, and find out from logs which call is slow."
  references = [
    "AWS Well-Architected REL06-BP01",
    "AWS ECS Developer Guide: Configure Service Connect proxy container",
  ]

  for_each = resources("aws_ecs_service")
  unless   = length(default(self.service_connect_configuration, [])) == 0 || self.service_connect_configuration[0].enabled == false
  when     = length(default(self.service_connect_configuration[0].log_configuration, [])) == 0
  at       = "service_connect_configuration"
  message  = "why the proxies of `${self}` refuse a request is written nowhere"

  fails "no log" {
    resource "aws_ecs_service" "orders" {
      name          = "orders"
      desired_count = 2

      service_connect_configuration {
        enabled   = true
        namespace = "shop"
      }
    }
  }

  passes "log" {
    resource "aws_ecs_service" "orders" {
      name          = "orders"
      desired_count = 2

      service_connect_configuration {
        enabled   = true
        namespace = "shop"

        log_configuration {
          log_driver = "awslogs"
          options = {
            awslogs-group         = "/app/orders-proxy"
            awslogs-region        = "eu-west-1"
            awslogs-stream-prefix = "proxy"
          }
        }
      }
    }
  }

  passes "no Service Connect" {
    resource "aws_ecs_service" "orders" {
      name          = "orders"
      desired_count = 2
    }
  }

  passes "switched off" {
    resource "aws_ecs_service" "orders" {
      name          = "orders"
      desired_count = 2

      service_connect_configuration {
        enabled = false
      }
    }
  }

  unknown "given by the caller" {
    variable "proxy_log_groups" { type = set(string) }

    resource "aws_ecs_service" "orders" {
      name          = "orders"
      desired_count = 2

      service_connect_configuration {
        enabled   = true
        namespace = "shop"

        dynamic "log_configuration" {
          for_each = var.proxy_log_groups

          content {
            log_driver = "awslogs"
            options    = { awslogs-group = log_configuration.value, awslogs-region = "eu-west-1" }
          }
        }
      }
    }
  }
}

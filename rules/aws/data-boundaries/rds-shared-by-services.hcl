rule "rds-shared-by-services" {
  summary      = "Several services use one database"
  principle    = "data-boundaries"
  severity     = "warning"
  environment  = "any"
  since        = "2027.1"
  renamed_from = ["shared-database"]
  why          = <<-MD
    A change of schema for one service breaks the others, and a slow query of one is an outage of all. Functions and
    tasks count as one service unless a tag, a module or the first part of their names tells them apart; in one module and
    without a tag, those with one role are one service.
  MD
  fix          = "Give each service its own database, or one service the ownership and the others an API or events."
  notice       = "`DatabaseConnections` and `DBLoad` rise for one service's release, and response times of the others with them."
  prove        = "Run a heavy report as one service in a test, and measure `ReadLatency` for the others."
  references   = ["AWS Well-Architected REL04-BP02", "AWS Prescriptive Guidance: database-per-service pattern"]

  locals {
    proxies = referrers(self, "proxies")
    clients = [
      for c in flatten([
        referrers(self, "reads_writes", "aws_lambda_function", "aws_ecs_task_definition"),
        [for p in local.proxies : referrers(p, "reads_writes", "aws_lambda_function", "aws_ecs_task_definition")],
      ]) : c
      if is_client(c)
    ]
    # In one module, clients with one role are one service, whatever they are called; a tag says better.
    services = distinct([
      for c in local.clients : tagged_service(c) != "" ? tagged_service(c) : try([
        for d in local.clients : default(
          try(regex("^module\\.([^.\\[]+)", address(d))[0], null),
          try(regex("^(.+)-[^-]+$", is(d, "aws_lambda_function") ? d.function_name : d.family)[0], null),
          "",
        )
        if d == c || (
          tagged_service(d) == ""
          && try(regex("^module\\.([^.\\[]+)", address(d))[0], "") == try(regex("^module\\.([^.\\[]+)", address(c))[0], "")
          && anytrue([for r in linked(c, "assumes") : contains(linked(d, "assumes"), r)])
        )
      ][0], "")
    ])
    named = [for s in local.services : s if s != ""]
  }

  for_each = resources("aws_db_instance", "aws_rds_cluster")
  when     = length(local.clients) > 1 && length(local.named) > 1
  message  = "`${self}` is shared by the services ${join(", ", sort(local.named))}"

  label "uses it" {
    at = local.clients
  }

  fails "two services by name" {
    resource "aws_rds_cluster" "main" {
      engine = "aurora-postgresql"
    }

    resource "aws_lambda_function" "orders" {
      function_name = "orders-api"

      environment {
        variables = {
          DATABASE_HOST = aws_rds_cluster.main.endpoint
        }
      }
    }

    resource "aws_lambda_function" "billing" {
      function_name = "billing-api"

      environment {
        variables = {
          DATABASE_HOST = aws_rds_cluster.main.endpoint
        }
      }
    }
  }

  fails "two services by tag" {
    resource "aws_db_instance" "main" {
      engine = "postgres"
    }

    resource "aws_ecs_task_definition" "service" {
      for_each = toset(["orders", "billing"])
      family   = each.key
      tags = {
        service = each.key
      }
      container_definitions = jsonencode([
        {
          name = "app"
          environment = [
            { name = "DATABASE_HOST", value = aws_db_instance.main.address },
          ]
        },
      ])
    }

    resource "aws_ecs_service" "service" {
      for_each        = aws_ecs_task_definition.service
      name            = each.key
      task_definition = each.value.arn
    }
  }

  passes "a task that nothing starts makes the database of the service" {
    resource "aws_db_instance" "forum" {
      engine = "postgres"
    }

    resource "aws_ecs_task_definition" "forum" {
      family = "forum-web"
      container_definitions = jsonencode([
        {
          name        = "forum"
          environment = [{ name = "DATABASE_HOST", value = aws_db_instance.forum.address }]
        },
      ])
    }

    resource "aws_ecs_service" "forum" {
      name            = "forum"
      task_definition = aws_ecs_task_definition.forum.arn
    }

    resource "aws_ecs_task_definition" "setup" {
      family = "setup-once"
      container_definitions = jsonencode([
        {
          name    = "setup"
          command = ["psql", "-h", aws_db_instance.forum.address, "-c", "CREATE DATABASE forum"]
        },
      ])
    }
  }

  fails "a task that a schedule starts is a service of its own" {
    resource "aws_db_instance" "main" {
      engine = "postgres"
    }

    resource "aws_lambda_function" "orders" {
      function_name = "orders-api"

      environment {
        variables = {
          DATABASE_HOST = aws_db_instance.main.address
        }
      }
    }

    resource "aws_ecs_task_definition" "report" {
      family = "reports-daily"
      container_definitions = jsonencode([
        {
          name        = "report"
          environment = [{ name = "DATABASE_HOST", value = aws_db_instance.main.address }]
        },
      ])
    }

    resource "aws_scheduler_schedule" "report" {
      schedule_expression = "rate(1 day)"

      flexible_time_window {
        mode = "OFF"
      }

      target {
        arn      = "arn:aws:ecs:eu-west-1:111122223333:cluster/main"
        role_arn = "arn:aws:iam::111122223333:role/scheduler"

        ecs_parameters {
          task_definition_arn = aws_ecs_task_definition.report.arn
        }
      }
    }
  }

  passes "one service made of two functions" {
    resource "aws_rds_cluster" "orders" {
      engine = "aurora-postgresql"
    }

    resource "aws_lambda_function" "orders" {
      for_each      = toset(["api", "worker"])
      function_name = "orders-${each.key}"

      environment {
        variables = {
          DATABASE_HOST = aws_rds_cluster.orders.endpoint
        }
      }
    }
  }

  passes "jobs with one role" {
    resource "aws_db_instance" "shop" {
      engine = "postgres"
    }

    resource "aws_iam_role" "jobs" {
      name = "jobs"
    }

    resource "aws_lambda_function" "job" {
      for_each      = toset(["import-orders", "send-invoices"])
      function_name = "shop-${each.key}"
      role          = aws_iam_role.jobs.arn

      environment {
        variables = {
          DATABASE_HOST = aws_db_instance.shop.address
        }
      }
    }
  }

  passes "a database for each" {
    resource "aws_rds_cluster" "service" {
      for_each = toset(["orders", "billing"])
      engine   = "aurora-postgresql"
    }

    resource "aws_lambda_function" "api" {
      for_each      = aws_rds_cluster.service
      function_name = "${each.key}-api"

      environment {
        variables = {
          DATABASE_HOST = each.value.endpoint
        }
      }
    }
  }

  passes "one client, whatever it is called" {
    variable "name" { type = string }

    resource "aws_rds_cluster" "main" {
    }

    resource "aws_lambda_function" "orders" {
      function_name = "orders"

      environment {
        variables = {
          STORE_HOST = aws_rds_cluster.main.endpoint
        }
      }

      tags = {
        service = var.name
      }
    }
  }

  unknown "services are given by the caller" {
    variable "services" { type = set(string) }

    resource "aws_rds_cluster" "main" {
      engine = "aurora-postgresql"
    }

    resource "aws_lambda_function" "api" {
      for_each      = var.services
      function_name = "${each.key}-api"

      environment {
        variables = {
          DATABASE_HOST = aws_rds_cluster.main.endpoint
        }
      }
    }
  }
}

rule "rds-shared-by-services" {
  summary      = "Several services use one database"
  principle    = "data-boundaries"
  severity     = "warning"
  environment  = "any"
  since        = "0.1.0"
  renamed_from = ["shared-database"]
  why          = <<-MD
    A change of schema for one service breaks the others, and a slow query of one is an outage of all. Functions and
    tasks count as one service unless a tag, a module or the first part of their names tells them apart.
  MD
  fix          = "Give each service its own database, or one service the ownership and the others an API or events."
  references   = ["AWS Well-Architected REL04-BP02", "AWS Prescriptive Guidance: database-per-service pattern"]

  locals {
    proxies = referrers(self, "proxies")
    clients = flatten([
      referrers(self, "reads_writes", "aws_lambda_function", "aws_ecs_task_definition"),
      [for p in local.proxies : referrers(p, "reads_writes", "aws_lambda_function", "aws_ecs_task_definition")],
    ])
    services = distinct([
      for c in local.clients : try(default(
        try(c.tags.service, null),
        try(c.tags.Service, null),
        try(c.tags.app, null),
        try(c.tags.Application, null),
        try(regex("^module\\.([^.\\[]+)", address(c))[0], null),
        try(regex("^(.+)-[^-]+$", is(c, "aws_lambda_function") ? c.function_name : c.family)[0], null),
      ), "")
    ])
    named = [for s in local.services : s if s != ""]
  }

  for_each = resources("aws_db_instance", "aws_rds_cluster")
  when     = length(local.named) > 1
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

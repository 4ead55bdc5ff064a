rule "elasticache-shared-by-services" {
  summary     = "Several services use one cache"
  principle   = "data-boundaries"
  severity    = "advice"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    When one of them fills the cache, entries of the others are evicted, and a flush or a slow command of one is an outage of all. Services count as
    several only where tags (`service`, `component`, `app`) tell them apart.
  MD
  fix         = "Give each service its own cache."
  notice      = "`Evictions` rise for one service when another one fills the cache."
  prove       = "Fill the cache with keys of one service in a test, and watch the hit rate of the others."
  references = [
    "AWS Well-Architected REL04-BP02",
  ]

  locals {
    clients  = [for c in referrers(self, "reads_writes", "aws_lambda_function", "aws_ecs_task_definition") : c if is_client(c)]
    services = distinct([for c in local.clients : tagged_service(c) if tagged_service(c) != ""])
  }

  for_each = resources("aws_elasticache_replication_group", "aws_elasticache_cluster")
  when     = length(local.clients) > 1 && length(local.services) > 1
  message  = "`${self}` is shared by the services ${join(", ", sort(local.services))}"

  label "uses it" {
    at = local.clients
  }

  fails "two services by tag" {
    resource "aws_elasticache_replication_group" "main" {
      replication_group_id = "main"
      description          = "Cache"
    }

    resource "aws_lambda_function" "api" {
      for_each      = toset(["orders", "billing"])
      function_name = each.key
      tags          = { service = each.key }

      environment {
        variables = {
          CACHE = aws_elasticache_replication_group.main.primary_endpoint_address
        }
      }
    }
  }

  passes "functions of one service" {
    resource "aws_elasticache_replication_group" "main" {
      replication_group_id = "main"
      description          = "Cache"
    }

    resource "aws_lambda_function" "api" {
      for_each      = toset(["create-order", "cancel-order"])
      function_name = each.key
      tags          = { service = "orders" }

      environment {
        variables = {
          CACHE = aws_elasticache_replication_group.main.primary_endpoint_address
        }
      }
    }
  }

  passes "one client, whatever it is called" {
    variable "name" { type = string }

    resource "aws_elasticache_replication_group" "main" {
    }

    resource "aws_lambda_function" "orders" {
      function_name = "orders"

      environment {
        variables = {
          STORE_HOST = aws_elasticache_replication_group.main.primary_endpoint_address
        }
      }

      tags = {
        service = var.name
      }
    }
  }

  unknown "services are given by the caller" {
    variable "service" { type = string }

    resource "aws_elasticache_replication_group" "main" {
      replication_group_id = "main"
      description          = "Cache"
    }

    resource "aws_lambda_function" "orders" {
      function_name = "orders"
      tags          = { service = "orders" }

      environment {
        variables = {
          CACHE = aws_elasticache_replication_group.main.primary_endpoint_address
        }
      }
    }

    resource "aws_lambda_function" "other" {
      function_name = "other"
      tags          = { service = var.service }

      environment {
        variables = {
          CACHE = aws_elasticache_replication_group.main.primary_endpoint_address
        }
      }
    }
  }
}

rule "lambda-database-without-proxy" {
  summary    = "Function opens a database connection for each of its copies"
  principle  = "scaling"
  severity   = "warning"
  since      = "2027.1"
  why        = <<-MD
    Lambda starts a copy for each request at a time, and each copy keeps a connection of its own. In a rush the database runs out of
    them, and refuses the rest of the system as well.
  MD
  fix        = "Put an `aws_db_proxy` in between, or reserve a concurrency that the database can bear."
  notice     = "`DatabaseConnections` climbs with `ConcurrentExecutions`, and the engine refuses clients."
  prove      = "Invoke a test copy 500 times at once, and count the connections."
  references = ["AWS Well-Architected REL05-BP02", "Amazon RDS Proxy: planning where to use it"]

  param "bearable_concurrency" {
    default = 50
    doc     = "Most copies of a function that may talk to the database directly."
  }

  locals {
    stores = [
      for s in linked(self, "reads_writes", "aws_db_instance", "aws_rds_cluster") : s
      if s.enable_http_endpoint != true
    ]
    proxied = length(linked(self, "reads_writes", "aws_db_proxy")) > 0
    bounded = default(self.reserved_concurrent_executions, -1) >= 0 && default(self.reserved_concurrent_executions, -1) <= param.bearable_concurrency
    # Requests and topics call as often as they come; queues and schedules can be held back.
    called = concat(
      referrers(self, "integrates"),
      [for c in referrers(self, "async_invokes") : c if is(c, "aws_sns_topic", "aws_s3_bucket")],
      [for g in referrers(self, "targets") : g if is(g, "target_group")],
    )
  }

  for_each = resources("aws_lambda_function")
  unless   = local.proxied || local.bounded
  when     = length(local.stores) > 0 && length(local.called) > 0
  at       = "environment"
  message  = "a rush of requests to `${self}` takes up the connections of `${local.stores[0]}`"

  label "calls it as often as requests come" {
    at = local.called
  }

  label "has so many connections and no more" {
    at = local.stores
  }

  fails "API in front, database behind" {
    resource "aws_db_instance" "orders" {
      identifier     = "orders"
      engine         = "postgres"
      instance_class = "db.m7g.large"
    }

    resource "aws_lambda_function" "api" {
      function_name = "api"
      role          = "arn:aws:iam::111122223333:role/api"

      environment {
        variables = {
          DB_HOST = aws_db_instance.orders.address
        }
      }
    }

    resource "aws_lambda_function_url" "api" {
      function_name      = aws_lambda_function.api.function_name
      authorization_type = "NONE"
    }
  }

  passes "proxy" {
    resource "aws_db_proxy" "orders" {
      name           = "orders"
      engine_family  = "POSTGRESQL"
      role_arn       = "arn:aws:iam::111122223333:role/proxy"
      vpc_subnet_ids = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]
    }

    resource "aws_lambda_function" "api" {
      function_name = "api"
      role          = "arn:aws:iam::111122223333:role/api"

      environment {
        variables = {
          DB_HOST = aws_db_proxy.orders.endpoint
        }
      }
    }

    resource "aws_lambda_function_url" "api" {
      function_name      = aws_lambda_function.api.function_name
      authorization_type = "NONE"
    }
  }

  passes "Data API, which keeps the connections" {
    resource "aws_rds_cluster" "orders" {
      cluster_identifier   = "orders"
      engine               = "aurora-postgresql"
      enable_http_endpoint = true
    }

    resource "aws_lambda_function" "api" {
      function_name = "api"
      role          = "arn:aws:iam::111122223333:role/api"

      environment {
        variables = {
          CLUSTER_ARN = aws_rds_cluster.orders.arn
        }
      }
    }

    resource "aws_lambda_function_url" "api" {
      function_name      = aws_lambda_function.api.function_name
      authorization_type = "NONE"
    }
  }

  passes "bounded" {
    resource "aws_db_instance" "orders" {
      identifier     = "orders"
      engine         = "postgres"
      instance_class = "db.m7g.large"
    }

    resource "aws_lambda_function" "api" {
      function_name                  = "api"
      role                           = "arn:aws:iam::111122223333:role/api"
      reserved_concurrent_executions = 20

      environment {
        variables = {
          DB_HOST = aws_db_instance.orders.address
        }
      }
    }

    resource "aws_lambda_function_url" "api" {
      function_name      = aws_lambda_function.api.function_name
      authorization_type = "NONE"
    }
  }

  passes "nightly, one at a time" {
    resource "aws_db_instance" "orders" {
      identifier     = "orders"
      engine         = "postgres"
      instance_class = "db.m7g.large"
    }

    resource "aws_lambda_function" "cleanup" {
      function_name = "cleanup"
      role          = "arn:aws:iam::111122223333:role/cleanup"

      environment {
        variables = {
          DB_HOST = aws_db_instance.orders.address
        }
      }
    }

    resource "aws_cloudwatch_event_rule" "nightly" {
      name                = "nightly"
      schedule_expression = "cron(0 2 * * ? *)"
    }

    resource "aws_cloudwatch_event_target" "nightly" {
      rule = aws_cloudwatch_event_rule.nightly.name
      arn  = aws_lambda_function.cleanup.arn
    }
  }

  unknown "concurrency is given by the caller" {
    variable "concurrency" { type = number }

    resource "aws_db_instance" "orders" {
      identifier     = "orders"
      engine         = "postgres"
      instance_class = "db.m7g.large"
    }

    resource "aws_lambda_function" "api" {
      function_name                  = "api"
      role                           = "arn:aws:iam::111122223333:role/api"
      reserved_concurrent_executions = var.concurrency

      environment {
        variables = {
          DB_HOST = aws_db_instance.orders.address
        }
      }
    }

    resource "aws_lambda_function_url" "api" {
      function_name      = aws_lambda_function.api.function_name
      authorization_type = "NONE"
    }
  }
}

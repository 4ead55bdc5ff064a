rule "log-group-made-by-service" {
  summary     = "Log group that AWS makes by itself and keeps forever"
  principle   = "observability"
  severity    = "advice"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    With the first line the service makes its log group, outside of Terraform and without an end to its retention. It is paid for
    when what wrote it is long gone, and whoever declares it later has to import it.
  MD
  fix         = "Declare an `aws_cloudwatch_log_group` of that name with `retention_in_days`, and let the service depend on it."
  notice      = "`StoredBytes` of a group that no code declares grows for ever."
  prove       = "List the log groups without retention, and compare them with the state."
  references = [
    "AWS Well-Architected OPS04-BP02",
    "AWS Config cw-loggroup-retention-period-check",
  ]

  locals {
    # Lambda@Edge writes in each Region that it runs in; functions and builds may be given a group of another name. Replicas come and go.
    elsewhere = (
      (
        is(self, "aws_lambda_function")
        && (
          length(referrers(self, "refers", "aws_cloudfront_distribution")) > 0
          || length(refs(self.logging_config[0].log_group)) > 0
          || default(self.logging_config[0].log_group, "") != ""
        )
      )
      || (is(self, "aws_codebuild_project") && default(self.logs_config[0].cloudwatch_logs[0].group_name, "") != "")
      || (is(self, "aws_db_instance") && is_replica(self))
    )
    name = (
      is(self, "aws_lambda_function") ? "/aws/lambda/…" :
      is(self, "aws_db_instance") ? "/aws/rds/instance/…" :
      is(self, "aws_rds_cluster") ? "/aws/rds/cluster/…" :
      is(self, "aws_eks_cluster") ? "/aws/eks/…/cluster" :
      "/aws/codebuild/…"
    )
    writes = (
      is(self, "aws_lambda_function")
      || (is(self, "aws_db_instance", "aws_rds_cluster") && length(default(self.enabled_cloudwatch_logs_exports, [])) > 0)
      || (is(self, "aws_eks_cluster") && length(default(self.enabled_cluster_log_types, [])) > 0)
      || (is(self, "aws_codebuild_project") && self.logs_config[0].cloudwatch_logs[0].status != "DISABLED")
    )
  }

  for_each = resources("aws_lambda_function", "aws_db_instance", "aws_rds_cluster", "aws_eks_cluster", "aws_codebuild_project")
  unless   = local.elsewhere
  when     = local.writes && length(linked(self, "logs_to", "aws_cloudwatch_log_group")) == 0
  message  = "`${self}` writes to `${local.name}`, which AWS makes by itself and never empties"

  fails "function" {
    resource "aws_lambda_function" "api" {
      function_name = "api"
      role          = "arn:aws:iam::111122223333:role/api"
    }
  }

  fails "database that exports its log" {
    resource "aws_db_instance" "orders" {
      identifier                      = "orders"
      engine                          = "postgres"
      enabled_cloudwatch_logs_exports = ["postgresql"]
    }
  }

  fails "the log group is of another function" {
    resource "aws_lambda_function" "api" {
      function_name = "api"
      role          = "arn:aws:iam::111122223333:role/api"
    }

    resource "aws_cloudwatch_log_group" "worker" {
      name              = "/aws/lambda/worker"
      retention_in_days = 90
    }
  }

  passes "function, by reference" {
    resource "aws_lambda_function" "api" {
      function_name = "api"
      role          = "arn:aws:iam::111122223333:role/api"
    }

    resource "aws_cloudwatch_log_group" "api" {
      name              = "/aws/lambda/${aws_lambda_function.api.function_name}"
      retention_in_days = 90
    }
  }

  passes "function, by name" {
    locals {
      name = "api"
    }

    resource "aws_cloudwatch_log_group" "api" {
      name              = "/aws/lambda/${local.name}"
      retention_in_days = 90
    }

    resource "aws_lambda_function" "api" {
      function_name = local.name
      role          = "arn:aws:iam::111122223333:role/api"
      depends_on    = [aws_cloudwatch_log_group.api]
    }
  }

  passes "function with a log group of another name" {
    resource "aws_cloudwatch_log_group" "shop" {
      name              = "/shop/functions"
      retention_in_days = 90
    }

    resource "aws_lambda_function" "api" {
      function_name = "api"
      role          = "arn:aws:iam::111122223333:role/api"

      logging_config {
        log_format = "JSON"
        log_group  = aws_cloudwatch_log_group.shop.name
      }
    }
  }

  passes "database" {
    resource "aws_cloudwatch_log_group" "orders" {
      name              = "/aws/rds/instance/orders/postgresql"
      retention_in_days = 90
    }

    resource "aws_db_instance" "orders" {
      identifier                      = "orders"
      engine                          = "postgres"
      enabled_cloudwatch_logs_exports = ["postgresql"]
    }
  }

  passes "database that exports nothing" {
    resource "aws_db_instance" "orders" {
      identifier = "orders"
      engine     = "postgres"
    }
  }

  passes "read replica" {
    resource "aws_db_instance" "reports" {
      identifier                      = "reports"
      replicate_source_db             = "orders"
      enabled_cloudwatch_logs_exports = ["postgresql"]
    }
  }

  passes "cluster" {
    resource "aws_cloudwatch_log_group" "main" {
      name              = "/aws/eks/main/cluster"
      retention_in_days = 90
    }

    resource "aws_eks_cluster" "main" {
      name                      = "main"
      role_arn                  = "arn:aws:iam::111122223333:role/eks"
      enabled_cluster_log_types = ["api", "audit", "authenticator"]
      depends_on                = [aws_cloudwatch_log_group.main]
    }
  }

  passes "build with a log group of another name" {
    resource "aws_codebuild_project" "api" {
      name         = "api"
      service_role = "arn:aws:iam::111122223333:role/codebuild"

      logs_config {
        cloudwatch_logs {
          group_name = "/builds"
        }
      }
    }
  }

  passes "at the edge" {
    resource "aws_lambda_function" "rewrite" {
      function_name = "rewrite"
      role          = "arn:aws:iam::111122223333:role/edge"
      publish       = true
    }

    resource "aws_cloudfront_distribution" "site" {
      enabled = true

      default_cache_behavior {
        target_origin_id       = "site"
        viewer_protocol_policy = "redirect-to-https"
        allowed_methods        = ["GET", "HEAD"]
        cached_methods         = ["GET", "HEAD"]

        lambda_function_association {
          event_type = "origin-request"
          lambda_arn = aws_lambda_function.rewrite.qualified_arn
        }
      }
    }
  }

  unknown "whether there is a log group is given by the caller" {
    variable "retention" { type = number }

    resource "aws_lambda_function" "api" {
      function_name = "api"
      role          = "arn:aws:iam::111122223333:role/api"
    }

    resource "aws_cloudwatch_log_group" "api" {
      count             = var.retention > 0 ? 1 : 0
      name              = "/aws/lambda/api"
      retention_in_days = var.retention
    }
  }
}

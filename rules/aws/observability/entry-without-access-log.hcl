rule "entry-without-access-log" {
  summary   = "Load balancer, API or distribution keeps no log of its requests"
  principle = "observability"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    Metrics say that requests fail. Which ones, from whom, at which target and after how long stands only in the access log, and what
    was not logged cannot be asked for afterwards.
  MD
  fix       = "Write `access_logs` with `enabled = true` (load balancer), `access_log_settings` (API stage) or `logging_config` (distribution), or connect a CloudWatch log delivery."
  notice    = "`HTTPCode_ELB_5XX_Count` or `5xxErrorRate` rises, and nothing says which requests failed."
  prove     = "Send a request that fails, and look for it in a log with its time and path."
  references = [
    "AWS Well-Architected REL06-BP01",
    "AWS Well-Architected OPS04-BP02",
    "AWS Config elb-logging-enabled",
    "AWS Config api-gwv2-access-logs-enabled",
    "AWS Config cloudfront-accesslogs-enabled",
    "Security Hub ELB.5",
    "Security Hub APIGateway.9",
    "Security Hub CloudFront.5",
    "AWS Trusted Advisor Amazon CloudFront Access Log Configured",
    "AWS Trusted Advisor Application Load Balancers and Classic Load Balancers Without Access Logs Enabled",
    "checkov CKV_AWS_91",
    "checkov CKV_AWS_76",
    "checkov CKV_AWS_86",
    "trivy AWS-0010, aws-cloudfront-enable-logging",
    "trivy AWS-0001, aws-api-gateway-enable-access-logging, aws-apigateway-enable-access-logging",
  ]

  locals {
    # Gateways have no access log, and network load balancers log TLS connections only.
    silent = (
      is(self, "load_balancer")
      && (
        self.load_balancer_type == "gateway"
        || (
          self.load_balancer_type == "network"
          && !anytrue([for l in referrers(self, "listens_on") : l.protocol == "TLS"])
        )
      )
    )
    idle = is(self, "aws_cloudfront_distribution") && self.enabled == false
  }

  for_each = resources("request_logger")
  unless   = local.silent || local.idle

  defect "told where, and not to" {
    when    = is(self, "load_balancer") && length(default(self.access_logs, [])) > 0 && self.access_logs[0].enabled == null && !logs_requests(self)
    at      = "access_logs"
    message = "`${self}` names a bucket for its access log and does not write it: `enabled` is false unless it is set"

    edit "access_logs.enabled" {
      to = true
    }
  }

  defect "not told" {
    when    = !logs_requests(self)
    at      = "access_logs"
    message = "requests to `${self}` leave no line"
  }

  fails "load balancer without access log" {
    resource "aws_lb" "api" {
      name               = "api"
      load_balancer_type = "application"
    }
  }

  fails "enabled is forgotten" {
    resource "aws_lb" "api" {
      name               = "api"
      load_balancer_type = "application"

      access_logs {
        bucket = "shop-access-logs"
      }
    }
  }

  fails "network load balancer that ends TLS" {
    resource "aws_lb" "mqtt" {
      name               = "mqtt"
      load_balancer_type = "network"
    }

    resource "aws_lb_listener" "mqtt" {
      load_balancer_arn = aws_lb.mqtt.arn
      port              = 8883
      protocol          = "TLS"
    }
  }

  fails "classic load balancer" {
    resource "aws_elb" "legacy" {
      name = "legacy"
    }
  }

  fails "REST API" {
    resource "aws_api_gateway_stage" "prod" {
      rest_api_id   = "a1b2c3d4e5"
      deployment_id = "f6g7h8"
      stage_name    = "prod"
    }
  }

  fails "HTTP API" {
    resource "aws_apigatewayv2_stage" "default" {
      api_id      = "a1b2c3d4e5"
      name        = "$default"
      auto_deploy = true
    }
  }

  fails "distribution" {
    resource "aws_cloudfront_distribution" "site" {
      enabled = true
    }
  }

  fails "distribution that logs cookies nowhere" {
    resource "aws_cloudfront_distribution" "site" {
      enabled = true

      logging_config {
        include_cookies = true
      }
    }
  }

  passes "load balancer" {
    resource "aws_lb" "api" {
      name               = "api"
      load_balancer_type = "application"

      access_logs {
        bucket  = "shop-access-logs"
        enabled = true
      }
    }
  }

  passes "classic load balancer, which writes where it is told to" {
    resource "aws_elb" "legacy" {
      name = "legacy"

      access_logs {
        bucket = "shop-access-logs"
      }
    }
  }

  passes "network load balancer without TLS has nothing to log" {
    resource "aws_lb" "queue" {
      name               = "queue"
      load_balancer_type = "network"
    }

    resource "aws_lb_listener" "amqp" {
      load_balancer_arn = aws_lb.queue.arn
      port              = 5671
      protocol          = "TCP"
    }
  }

  passes "gateway load balancer" {
    resource "aws_lb" "inspection" {
      name               = "inspection"
      load_balancer_type = "gateway"
    }
  }

  passes "API stage" {
    resource "aws_cloudwatch_log_group" "api" {
      name              = "/api/orders"
      retention_in_days = 90
    }

    resource "aws_apigatewayv2_stage" "default" {
      api_id = "a1b2c3d4e5"
      name   = "$default"

      access_log_settings {
        destination_arn = aws_cloudwatch_log_group.api.arn
        format          = jsonencode({ requestId = "$context.requestId", status = "$context.status" })
      }
    }
  }

  passes "distribution with a bucket" {
    resource "aws_s3_bucket" "logs" {
      bucket = "shop-logs"
    }

    resource "aws_cloudfront_distribution" "site" {
      enabled = true

      logging_config {
        bucket = aws_s3_bucket.logs.bucket_domain_name
      }
    }
  }

  passes "distribution with a log delivery" {
    resource "aws_cloudfront_distribution" "site" {
      enabled = true
    }

    resource "aws_cloudwatch_log_delivery_source" "site" {
      name         = "site"
      log_type     = "ACCESS_LOGS"
      resource_arn = aws_cloudfront_distribution.site.arn
    }
  }

  passes "distribution with real-time logs" {
    resource "aws_cloudfront_distribution" "site" {
      enabled = true

      default_cache_behavior {
        target_origin_id        = "site"
        viewer_protocol_policy  = "redirect-to-https"
        allowed_methods         = ["GET", "HEAD"]
        cached_methods          = ["GET", "HEAD"]
        realtime_log_config_arn = "arn:aws:cloudfront::111122223333:realtime-log-config/site"
      }
    }
  }

  passes "distribution that is switched off" {
    resource "aws_cloudfront_distribution" "old" {
      enabled = false
    }
  }

  unknown "decided by a variable without default" {
    variable "access_logs" { type = bool }

    resource "aws_lb" "api" {
      name               = "api"
      load_balancer_type = "application"

      access_logs {
        bucket  = "shop-access-logs"
        enabled = var.access_logs
      }
    }
  }

  unknown "whether there is a bucket is given by the caller" {
    variable "log_buckets" { type = set(string) }

    resource "aws_lb" "api" {
      name               = "api"
      load_balancer_type = "application"

      dynamic "access_logs" {
        for_each = var.log_buckets

        content {
          bucket  = access_logs.value
          enabled = true
        }
      }
    }
  }
}

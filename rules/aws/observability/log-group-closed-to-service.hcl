rule "log-group-closed-to-service" {
  summary     = "Log group that does not let the service in that is to write to it"
  principle   = "observability"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    OpenSearch and the query logs of Route 53 write to a log group as a service, and take no role for it: a resource policy of CloudWatch Logs has to let
    them in. Where it names another service or another log group, AWS refuses the change, or nothing arrives once the policy has changed.
  MD
  fix         = "Allow `logs:CreateLogStream`, `logs:PutLogEvents` and, for OpenSearch, `logs:PutLogEventsBatch` on this log group to the service, in an `aws_cloudwatch_log_resource_policy`."
  notice      = "The change is refused, or the log group stays empty."
  prove       = "Look for streams of the last hour in the log group."
  references = [
    "AWS Well-Architected REL06-BP01",
    "Amazon OpenSearch Service: Monitoring OpenSearch logs with Amazon CloudWatch Logs",
    "Amazon Route 53: Public DNS query logging",
  ]

  locals {
    writers = [for w in referrers(self, "logs_to", "log_writer") : w if !contains(services_let_in(self), log_service(w)) && !contains(services_let_in(self), "*")]
  }

  for_each = resources("aws_cloudwatch_log_group")
  when     = length(local.writers) > 0
  message  = "`${self}` stays empty: `${local.writers[0]}` writes to it, and no resource policy lets `${log_service(local.writers[0])}` in"

  label "is not kept" {
    at = local.writers
  }

  fails "no policy" {
    resource "aws_cloudwatch_log_group" "search" {
      name = "/shop/search"
    }

    resource "aws_opensearch_domain" "search" {
      domain_name = "search"

      log_publishing_options {
        log_type                 = "ES_APPLICATION_LOGS"
        cloudwatch_log_group_arn = aws_cloudwatch_log_group.search.arn
      }
    }
  }

  fails "a policy for another service" {
    resource "aws_cloudwatch_log_group" "search" {
      name = "/shop/search"
    }

    resource "aws_opensearch_domain" "search" {
      domain_name = "search"

      log_publishing_options {
        log_type                 = "ES_APPLICATION_LOGS"
        cloudwatch_log_group_arn = aws_cloudwatch_log_group.search.arn
      }
    }

    resource "aws_cloudwatch_log_resource_policy" "search" {
      policy_name = "search"
      policy_document = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { Service = "delivery.logs.amazonaws.com" }
          Action    = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:PutLogEventsBatch"]
          Resource  = "*"
        }]
      })
    }
  }

  fails "a policy for another log group" {
    resource "aws_cloudwatch_log_group" "search" {
      name = "/shop/search"
    }

    resource "aws_opensearch_domain" "search" {
      domain_name = "search"

      log_publishing_options {
        log_type                 = "ES_APPLICATION_LOGS"
        cloudwatch_log_group_arn = aws_cloudwatch_log_group.search.arn
      }
    }

    resource "aws_cloudwatch_log_resource_policy" "search" {
      policy_name = "search"
      policy_document = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { Service = "es.amazonaws.com" }
          Action    = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:PutLogEventsBatch"]
          Resource  = "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/opensearch/*"
        }]
      })
    }
  }

  fails "a policy that lets the service read only" {
    resource "aws_cloudwatch_log_group" "search" {
      name = "/shop/search"
    }

    resource "aws_opensearch_domain" "search" {
      domain_name = "search"

      log_publishing_options {
        log_type                 = "ES_APPLICATION_LOGS"
        cloudwatch_log_group_arn = aws_cloudwatch_log_group.search.arn
      }
    }

    resource "aws_cloudwatch_log_resource_policy" "search" {
      policy_name = "search"
      policy_document = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { Service = "es.amazonaws.com" }
          Action    = ["logs:GetLogEvents"]
          Resource  = "*"
        }]
      })
    }
  }

  fails "queries of a zone" {
    resource "aws_cloudwatch_log_group" "queries" {
      name = "/aws/route53/shop.example"
    }

    resource "aws_route53_zone" "shop" {
      name = "shop.example"
    }

    resource "aws_route53_query_log" "shop" {
      zone_id                  = aws_route53_zone.shop.zone_id
      cloudwatch_log_group_arn = aws_cloudwatch_log_group.queries.arn
    }

    resource "aws_cloudwatch_log_resource_policy" "search" {
      policy_name = "search"
      policy_document = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { Service = "es.amazonaws.com" }
          Action    = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:PutLogEventsBatch"]
          Resource  = "*"
        }]
      })
    }
  }

  passes "the group by its ARN, with all of its streams" {
    resource "aws_cloudwatch_log_group" "search" {
      name = "/shop/search"
    }

    resource "aws_opensearch_domain" "search" {
      domain_name = "search"

      log_publishing_options {
        log_type                 = "ES_APPLICATION_LOGS"
        cloudwatch_log_group_arn = aws_cloudwatch_log_group.search.arn
      }
    }

    resource "aws_cloudwatch_log_resource_policy" "search" {
      policy_name = "search"
      policy_document = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { Service = "es.amazonaws.com" }
          Action    = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:PutLogEventsBatch"]
          Resource  = "${aws_cloudwatch_log_group.search.arn}:*"
        }]
      })
    }
  }

  passes "all groups whose name begins alike" {
    resource "aws_cloudwatch_log_group" "search" {
      name = "/shop/search"
    }

    resource "aws_opensearch_domain" "search" {
      domain_name = "search"

      log_publishing_options {
        log_type                 = "ES_APPLICATION_LOGS"
        cloudwatch_log_group_arn = aws_cloudwatch_log_group.search.arn
      }
    }

    resource "aws_cloudwatch_log_resource_policy" "search" {
      policy_name = "search"
      policy_document = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { Service = "es.amazonaws.com" }
          Action    = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:PutLogEventsBatch"]
          Resource  = "arn:aws:logs:eu-west-1:111122223333:log-group:/shop/*:*"
        }]
      })
    }
  }

  passes "all groups whose name begins alike, in an account that is not known" {
    data "aws_caller_identity" "me" {}

    resource "aws_cloudwatch_log_group" "search" {
      name = "/shop/search"
    }

    resource "aws_opensearch_domain" "search" {
      domain_name = "search"

      log_publishing_options {
        log_type                 = "ES_APPLICATION_LOGS"
        cloudwatch_log_group_arn = aws_cloudwatch_log_group.search.arn
      }
    }

    resource "aws_cloudwatch_log_resource_policy" "search" {
      policy_name = "search"
      policy_document = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { Service = "es.amazonaws.com" }
          Action    = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:PutLogEventsBatch"]
          Resource  = "arn:aws:logs:eu-west-1:${data.aws_caller_identity.me.account_id}:log-group:/shop/*"
        }]
      })
    }
  }

  unknown "which group the policy means is given by the caller" {
    variable "group" { type = string }

    resource "aws_cloudwatch_log_group" "search" {
      name = "/shop/search"
    }

    resource "aws_opensearch_domain" "search" {
      domain_name = "search"

      log_publishing_options {
        log_type                 = "ES_APPLICATION_LOGS"
        cloudwatch_log_group_arn = aws_cloudwatch_log_group.search.arn
      }
    }

    resource "aws_cloudwatch_log_resource_policy" "search" {
      policy_name = "search"
      policy_document = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { Service = "es.amazonaws.com" }
          Action    = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:PutLogEventsBatch"]
          Resource  = "arn:aws:logs:eu-west-1:111122223333:log-group:${var.group}:*"
        }]
      })
    }
  }

  passes "a document of its own, for any log group" {
    resource "aws_cloudwatch_log_group" "search" {
      name = "/shop/search"
    }

    resource "aws_opensearch_domain" "search" {
      domain_name = "search"

      log_publishing_options {
        log_type                 = "ES_APPLICATION_LOGS"
        cloudwatch_log_group_arn = aws_cloudwatch_log_group.search.arn
      }
    }

    data "aws_iam_policy_document" "search" {
      statement {
        actions   = ["logs:Put*", "logs:CreateLogStream"]
        resources = ["arn:aws:logs:*"]

        principals {
          type        = "Service"
          identifiers = ["es.amazonaws.com"]
        }
      }
    }

    resource "aws_cloudwatch_log_resource_policy" "search" {
      policy_name     = "search"
      policy_document = data.aws_iam_policy_document.search.json
    }
  }

  passes "nothing writes to it" {
    resource "aws_cloudwatch_log_group" "shop" {
      name = "/shop"
    }
  }

  unknown "the policy is given by the caller" {
    variable "policy" { type = string }

    resource "aws_cloudwatch_log_group" "search" {
      name = "/shop/search"
    }

    resource "aws_opensearch_domain" "search" {
      domain_name = "search"

      log_publishing_options {
        log_type                 = "ES_APPLICATION_LOGS"
        cloudwatch_log_group_arn = aws_cloudwatch_log_group.search.arn
      }
    }

    resource "aws_cloudwatch_log_resource_policy" "search" {
      policy_name     = "search"
      policy_document = var.policy
    }
  }
}

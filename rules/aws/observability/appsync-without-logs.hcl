rule "appsync-without-logs" {
  summary   = "GraphQL API keeps no log of its requests"
  principle = "observability"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    GraphQL answers 200 when a field fails. Neither the status nor the metrics say which resolver it was; the log does, and there is no
    other access log.
  MD
  fix       = "Add `log_config` with `field_log_level = \"ERROR\"` or more and a role that may write logs."
  notice    = "`5XXError` of the API rises, and nothing says which resolver failed."
  prove     = "Let one resolver fail in a test account, and find the failing field without the log."
  references = [
    "AWS Well-Architected REL06-BP01",
    "AWS Config appsync-logging-enabled",
    "Security Hub AppSync.2",
    "checkov CKV_AWS_193",
  ]

  for_each = resources("aws_appsync_graphql_api")
  when     = length(default(self.log_config, [])) == 0 || self.log_config[0].field_log_level == "NONE"
  at       = "log_config"
  message  = "which field of a request to `${self}` failed is written nowhere"

  fails "left out" {
    resource "aws_appsync_graphql_api" "shop" {
      name                = "shop"
      authentication_type = "AMAZON_COGNITO_USER_POOLS"
    }
  }

  fails "no field is logged" {
    resource "aws_appsync_graphql_api" "shop" {
      name                = "shop"
      authentication_type = "AMAZON_COGNITO_USER_POOLS"

      log_config {
        cloudwatch_logs_role_arn = "arn:aws:iam::111122223333:role/appsync-logs"
        field_log_level          = "NONE"
      }
    }
  }

  passes "errors are logged" {
    resource "aws_appsync_graphql_api" "shop" {
      name                = "shop"
      authentication_type = "AMAZON_COGNITO_USER_POOLS"

      log_config {
        cloudwatch_logs_role_arn = "arn:aws:iam::111122223333:role/appsync-logs"
        field_log_level          = "ERROR"
      }
    }
  }

  unknown "level is given by the caller" {
    variable "field_log_level" { type = string }

    resource "aws_appsync_graphql_api" "shop" {
      name                = "shop"
      authentication_type = "AMAZON_COGNITO_USER_POOLS"

      log_config {
        cloudwatch_logs_role_arn = "arn:aws:iam::111122223333:role/appsync-logs"
        field_log_level          = var.field_log_level
      }
    }
  }
}

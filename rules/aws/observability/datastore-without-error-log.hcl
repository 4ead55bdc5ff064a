rule "datastore-without-error-log" {
  summary   = "Database or search domain keeps its error log to itself"
  principle = "observability"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    Deadlocks, refused connections and crashes stand in the engine's own log. On the instance it is rotated away after days, and it
    is gone with the instance; nothing can search it or raise an alarm on it.
  MD
  fix       = "Export the engine's log with `enabled_cloudwatch_logs_exports` (`[\"postgresql\"]`, `[\"error\", \"slowquery\"]`), or publish `ES_APPLICATION_LOGS`."
  notice    = "The engine restarts, and nothing outside of the instance says why."
  prove     = "Provoke a deadlock or a failed login in a test copy, and look for it after the instance is gone."
  references = [
    "AWS Well-Architected REL06-BP01",
    "AWS Config rds-logging-enabled",
    "AWS Config elasticsearch-logs-to-cloudwatch",
    "AWS Config opensearch-logs-to-cloudwatch",
    "Security Hub RDS.9",
    "Security Hub Opensearch.4",
    "Security Hub ES.4",
    "Security Hub RDS.36",
    "Security Hub RDS.37",
    "Security Hub RDS.40",
    "Security Hub RDS.42",
    "AWS Trusted Advisor Amazon OpenSearch Service logging CloudWatch not configured",
    "checkov CKV_AWS_129",
    "checkov CKV_AWS_84",
  ]

  locals {
    # Serverless v1 is past its end and only waits for its move; custom engines run on machines that their owner reaches.
    elsewhere = (
      (is(self, "aws_rds_cluster") && self.engine_mode == "serverless")
      || (is(self, "aws_db_instance") && startswith(default(self.engine, ""), "custom-"))
    )
    replica = is(self, "aws_db_instance") && is_replica(self)
  }

  for_each = resources("aws_db_instance", "aws_rds_cluster", "aws_opensearch_domain", "aws_elasticsearch_domain")
  unless   = local.elsewhere || local.replica

  defect "database" {
    when    = is(self, "aws_db_instance", "aws_rds_cluster") && !exports_errors(self)
    at      = "enabled_cloudwatch_logs_exports"
    message = "the error log of `${self}` stays on its instance, and goes with it"

    edit "enabled_cloudwatch_logs_exports" {
      to = distinct(concat(
        default(self.enabled_cloudwatch_logs_exports, []),
        [can(regex("postgres", self.engine)) ? "postgresql" : startswith(self.engine, "oracle") ? "alert" : "error"],
      ))
      when = can(regex("postgres|mysql|mariadb|^oracle|^sqlserver", self.engine))
    }
  }

  defect "search domain" {
    when    = is(self, "aws_opensearch_domain", "aws_elasticsearch_domain") && !exports_errors(self)
    at      = "log_publishing_options"
    message = "the errors of `${self}` are written nowhere"
  }

  fails "left out" {
    resource "aws_db_instance" "orders" {
      identifier = "orders"
      engine     = "postgres"
    }
  }

  fails "only upgrades are logged" {
    resource "aws_db_instance" "orders" {
      identifier                      = "orders"
      engine                          = "postgres"
      enabled_cloudwatch_logs_exports = ["upgrade"]
    }
  }

  fails "Aurora" {
    resource "aws_rds_cluster" "orders" {
      cluster_identifier              = "orders"
      engine                          = "aurora-mysql"
      enabled_cloudwatch_logs_exports = ["audit"]
    }
  }

  fails "search domain that logs slow queries only" {
    resource "aws_opensearch_domain" "catalogue" {
      domain_name = "catalogue"

      log_publishing_options {
        log_type                 = "SEARCH_SLOW_LOGS"
        cloudwatch_log_group_arn = "arn:aws:logs:eu-west-1:111122223333:log-group:/search/catalogue"
      }
    }
  }

  fails "search domain that is told not to" {
    resource "aws_opensearch_domain" "catalogue" {
      domain_name = "catalogue"

      log_publishing_options {
        log_type                 = "ES_APPLICATION_LOGS"
        cloudwatch_log_group_arn = "arn:aws:logs:eu-west-1:111122223333:log-group:/search/catalogue"
        enabled                  = false
      }
    }
  }

  passes "PostgreSQL" {
    resource "aws_db_instance" "orders" {
      identifier                      = "orders"
      engine                          = "postgres"
      enabled_cloudwatch_logs_exports = ["postgresql", "upgrade"]
    }
  }

  passes "Aurora MySQL" {
    resource "aws_rds_cluster" "orders" {
      cluster_identifier              = "orders"
      engine                          = "aurora-mysql"
      enabled_cloudwatch_logs_exports = ["error", "slowquery"]
    }
  }

  passes "search domain" {
    resource "aws_opensearch_domain" "catalogue" {
      domain_name = "catalogue"

      log_publishing_options {
        log_type                 = "ES_APPLICATION_LOGS"
        cloudwatch_log_group_arn = "arn:aws:logs:eu-west-1:111122223333:log-group:/search/catalogue"
      }
    }
  }

  passes "read replica" {
    resource "aws_db_instance" "reports" {
      identifier          = "reports"
      replicate_source_db = "orders"
    }
  }

  passes "Aurora Serverless v1, which is past its end" {
    resource "aws_rds_cluster" "orders" {
      cluster_identifier = "orders"
      engine             = "aurora-postgresql"
      engine_mode        = "serverless"
    }
  }

  passes "custom engine" {
    resource "aws_db_instance" "erp" {
      identifier = "erp"
      engine     = "custom-oracle-ee"
    }
  }

  unknown "given by the caller" {
    variable "log_exports" { type = list(string) }

    resource "aws_db_instance" "orders" {
      identifier                      = "orders"
      engine                          = "postgres"
      enabled_cloudwatch_logs_exports = var.log_exports
    }
  }
}

rule "datastore-events-unannounced" {
  summary   = "Database or cache whose failovers and maintenance nobody hears of"
  principle = "observability"
  severity  = "advice"
  since     = "0.1.0"
  why       = <<-MD
    AWS tells of a failover, of low storage, of maintenance that is due and of a restart as an event. Metrics show the dent, the event says
    what it was.
  MD
  fix       = "Add an `aws_db_event_subscription` or `aws_redshift_event_subscription` with a topic, or set `notification_topic_arn` of the cache."
  references = [
    "AWS Well-Architected REL06-BP03",
    "Security Hub RDS.19",
    "Security Hub RDS.20",
    "Prowler rds_instance_critical_event_subscription",
  ]

  locals {
    heard_by = concat(
      referrers(self, "watches", "aws_db_event_subscription", "aws_redshift_event_subscription"),
      referrers(self, "watches", "aws_cloudwatch_event_rule"),
    )
    # Clusters of DocumentDB and Neptune take subscriptions of their own.
    topic = length(refs(self.notification_topic_arn)) > 0 || default(self.notification_topic_arn, "") != ""
  }

  for_each = resources("aws_db_instance", "aws_rds_cluster", "aws_redshift_cluster", "aws_elasticache_replication_group")
  unless   = is_watched_elsewhere(self) || is_replica(self) == true || local.topic
  when     = length(local.heard_by) == 0
  message  = "nobody hears of failovers, restarts and maintenance of `${self}`"

  label "reads and writes it" {
    at = referrers(self, "reads_writes")
  }

  fails "database" {
    resource "aws_db_instance" "orders" {
      identifier = "orders"
      engine     = "postgres"
    }
  }

  fails "a subscription to clusters only" {
    resource "aws_db_instance" "orders" {
      identifier = "orders"
      engine     = "postgres"
    }

    resource "aws_db_event_subscription" "clusters" {
      name        = "clusters"
      sns_topic   = "arn:aws:sns:eu-west-1:111122223333:oncall"
      source_type = "db-cluster"
    }
  }

  passes "a subscription to all" {
    resource "aws_db_instance" "orders" {
      identifier = "orders"
      engine     = "postgres"
    }

    resource "aws_db_event_subscription" "databases" {
      name             = "databases"
      sns_topic        = "arn:aws:sns:eu-west-1:111122223333:oncall"
      source_type      = "db-instance"
      event_categories = ["failover", "low storage", "maintenance"]
    }
  }

  passes "a subscription to this one, by its name" {
    resource "aws_rds_cluster" "orders" {
      cluster_identifier = "orders"
      engine             = "aurora-postgresql"
    }

    resource "aws_db_event_subscription" "orders" {
      name        = "orders"
      sns_topic   = "arn:aws:sns:eu-west-1:111122223333:oncall"
      source_type = "db-cluster"
      source_ids  = ["orders"]
    }
  }

  passes "cache with a topic" {
    resource "aws_elasticache_replication_group" "sessions" {
      replication_group_id   = "sessions"
      notification_topic_arn = "arn:aws:sns:eu-west-1:111122223333:oncall"
    }
  }

  passes "a rule about its events" {
    resource "aws_db_instance" "orders" {
      identifier = "orders"
      engine     = "postgres"
    }

    resource "aws_cloudwatch_event_rule" "databases" {
      name          = "databases"
      event_pattern = jsonencode({ source = ["aws.rds"], detail-type = ["RDS DB Instance Event"] })
    }
  }

  unknown "kind of source is given by the caller" {
    variable "source_type" { type = string }

    resource "aws_db_instance" "orders" {
      identifier = "orders"
      engine     = "postgres"
    }

    resource "aws_db_event_subscription" "databases" {
      name        = "databases"
      sns_topic   = "arn:aws:sns:eu-west-1:111122223333:oncall"
      source_type = var.source_type
    }
  }
}

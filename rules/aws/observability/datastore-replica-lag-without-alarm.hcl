rule "datastore-replica-lag-without-alarm" {
  summary   = "Replica that may fall behind unseen"
  principle = "observability"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    A replica that is hours behind answers with old data, and loses those hours when it has to take over. Nothing fails until then.
  MD
  fix       = "Alarm on `ReplicaLag` of the replica, `ReplicationLatency` of the table for each Region."
  notice    = "`ReplicaLag`, `AuroraReplicaLag` or `ReplicationLag` climbs, and readers see old data."
  prove     = "Write in bulk to the primary of a test copy, and watch the lag and the silence."
  references = [
    "AWS Well-Architected REL06-BP01",
    "AWS Well-Architected REL13-BP02",
    "AWS Trusted Advisor Amazon RDS ReplicaLag",
    "Amazon CloudWatch User Guide: Recommended alarms",
  ]

  # An alarm that is there and never has data is told by these.
  yields "nothing else watches it" {
    to    = ["alarm-dimension-holds-address", "alarm-dimension-missing", "alarm-in-region-without-metric", "alarm-metric-misspelt", "alarm-metric-of-other-service"]
    about = referrers(self, "refers", "aws_cloudwatch_metric_alarm")
    at    = self
  }

  for_each = resources("aws_db_instance", "aws_dynamodb_table")
  unless   = is_watched_elsewhere(self)
  when     = (is_replica(self) || length(default(self.replica, [])) > 0) && length(default(told(self).lag, [])) == 0
  message  = "nobody is told when `${self}` falls behind: no alarm on ${telling(self).lag[0]}"

  label "is copied" {
    at = linked(self, "replica_of")
  }

  fails "replica of a database" {
    resource "aws_db_instance" "orders" {
      identifier = "orders"
      engine     = "postgres"
    }

    resource "aws_db_instance" "reports" {
      identifier          = "orders-reports"
      replicate_source_db = aws_db_instance.orders.identifier
    }
  }

  fails "global table" {
    resource "aws_dynamodb_table" "orders" {
      name     = "orders"
      hash_key = "id"

      replica {
        region_name = "eu-central-1"
      }
    }
  }

  passes "lag is watched" {
    resource "aws_db_instance" "orders" {
      identifier = "orders"
      engine     = "postgres"
    }

    resource "aws_db_instance" "reports" {
      identifier          = "orders-reports"
      replicate_source_db = aws_db_instance.orders.identifier
    }

    resource "aws_cloudwatch_metric_alarm" "lag" {
      alarm_name  = "orders-reports-lag"
      namespace   = "AWS/RDS"
      metric_name = "ReplicaLag"
      dimensions = {
        DBInstanceIdentifier = aws_db_instance.reports.identifier
      }
    }
  }

  passes "no replica" {
    resource "aws_dynamodb_table" "orders" {
      name     = "orders"
      hash_key = "id"
    }
  }

  unknown "Regions are given by the caller" {
    variable "regions" { type = list(string) }

    resource "aws_dynamodb_table" "orders" {
      name     = "orders"
      hash_key = "id"

      dynamic "replica" {
        for_each = var.regions
        content {
          region_name = replica.value
        }
      }
    }
  }
}

rule "engine-without-minor-upgrades" {
  summary   = "Engine gets no minor versions by itself"
  principle = "compute-model"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    Minor versions bring fixes for data loss and holes. With the switch off each of them needs a person, and the version falls behind until AWS retires it
    and upgrades at once.
  MD
  fix       = "Leave the switch on, and choose a maintenance window that suits; or have a process that raises `engine_version`."
  notice    = "The engine version in `describe-db-instances` falls behind the newest minor version of its line."
  prove     = "Apply the minor version to a test copy under load, and count the seconds without connections."
  references = [
    "AWS Well-Architected REL08-BP05",
    "Security Hub RDS.13",
    "Security Hub Redshift.6",
    "Security Hub DMS.6",
    "Security Hub ElastiCache.2",
    "Security Hub RDS.35",
    "AWS Config rds-automatic-minor-version-upgrade-enabled",
    "AWS Config redshift-cluster-maintenancesettings-check",
    "AWS Trusted Advisor RDS DB Instance Automatic Minor Version Upgrade Check",
    "checkov CKV_AWS_226",
  ]

  for_each = resources("takes_minor_versions")
  when     = takes_minor_versions(self) == false
  message  = "`${self}` stays on the minor version that it has until somebody changes it"

  edit "auto_minor_version_upgrade" {
    to   = true
    when = !is(self, "aws_redshift_cluster")
  }

  edit "allow_version_upgrade" {
    to   = true
    when = is(self, "aws_redshift_cluster")
  }

  fails "database" {
    resource "aws_db_instance" "orders" {
      identifier                 = "orders"
      engine                     = "postgres"
      instance_class             = "db.r7g.large"
      auto_minor_version_upgrade = false
    }
  }

  fails "warehouse" {
    resource "aws_redshift_cluster" "reports" {
      cluster_identifier    = "reports"
      node_type             = "ra3.large"
      allow_version_upgrade = false
    }
  }

  fails "a broker, left out" {
    resource "aws_mq_broker" "orders" {
      broker_name        = "orders"
      engine_type        = "RabbitMQ"
      engine_version     = "3.13"
      host_instance_type = "mq.m7g.large"
    }
  }

  fails "a cache, whose switch is a text" {
    resource "aws_elasticache_cluster" "sessions" {
      cluster_id                 = "sessions"
      engine                     = "redis"
      node_type                  = "cache.m7g.large"
      num_cache_nodes            = 1
      auto_minor_version_upgrade = "false"
    }
  }

  passes "a broker that takes them" {
    resource "aws_mq_broker" "orders" {
      broker_name                = "orders"
      engine_type                = "RabbitMQ"
      engine_version             = "3.13"
      host_instance_type         = "mq.m7g.large"
      auto_minor_version_upgrade = true
    }
  }

  passes "default" {
    resource "aws_db_instance" "orders" {
      identifier     = "orders"
      engine         = "postgres"
      instance_class = "db.r7g.large"
    }
  }

  unknown "given by the caller" {
    variable "upgrade" { type = bool }

    resource "aws_db_instance" "orders" {
      identifier                 = "orders"
      engine                     = "postgres"
      instance_class             = "db.r7g.large"
      auto_minor_version_upgrade = var.upgrade
    }
  }
}

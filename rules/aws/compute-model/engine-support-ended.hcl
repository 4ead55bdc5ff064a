rule "engine-support-ended" {
  summary     = "Version is out of standard support"
  principle   = "compute-model"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    AWS goes on with it for an extra price, or upgrades it on a day that it chooses. Patches come late or not at all, and each month makes the jump to
    a supported version longer.
  MD
  fix         = "Move to a supported version: try it on a copy first, with a blue/green deployment where the service has one."
  notice      = "AWS Health announces forced upgrades, and the bill shows extended support."
  prove       = "Upgrade a restored copy to a supported version, and run the service's tests against it."
  references = [
    "AWS Well-Architected REL08-BP05",
    "AWS Well-Architected SUS05-BP02",
    "AWS Well-Architected PERF05-BP06",
    "AWS Config active-mq-supported-version",
    "AWS Config eks-cluster-supported-version",
    "AWS Config elasticache-supported-engine-version",
    "AWS Config glue-spark-job-supported-version",
    "AWS Config rabbit-mq-supported-version",
    "Security Hub EKS.2",
    "Security Hub RDS.51",
    "Security Hub ECS.10",
    "Security Hub Glue.4",
    "AWS Trusted Advisor AWS Fargate platform version is not latest",
    "AWS Trusted Advisor Amazon RDS resources major versions update is required",
    "Amazon RDS User Guide: Using Amazon RDS Extended Support",
  ]

  param "as_of" {
    default = "2026-06-03"
    doc     = "The day that support is judged for, as year-month-day: if it is not given, the day of the run (`--today`, else the clock). The table of versions is of this day."
  }

  locals {
    ended = support_ends(self) != null && timecmp("${support_ends(self)}T00:00:00Z", "${param.as_of}T00:00:00Z") < 0
  }

  for_each = resources("release")

  defect "engine" {
    when    = local.ended && !is(self, "aws_eks_cluster", "aws_msk_cluster", "aws_glue_job", "aws_ecs_service", "aws_elasticsearch_domain")
    at      = "engine_version"
    message = "`${self}` runs ${release(self)}, whose standard support ended ${support_ended(self)}"
  }

  defect "Kubernetes" {
    when    = local.ended && is(self, "aws_eks_cluster")
    at      = "version"
    message = "`${self}` runs ${release(self)}, whose standard support ended ${support_ended(self)}"
  }

  defect "Kafka" {
    when    = local.ended && is(self, "aws_msk_cluster")
    at      = "kafka_version"
    message = "`${self}` runs ${release(self)}, whose support ended ${support_ended(self)}"
  }

  defect "Glue" {
    when    = local.ended && is(self, "aws_glue_job")
    at      = "glue_version"
    message = "`${self}` runs ${release(self)}, whose support ended ${support_ended(self)}"
  }

  defect "Fargate" {
    when    = local.ended && is(self, "aws_ecs_service")
    at      = "platform_version"
    message = "`${self}` runs on an old ${release(self)}, which starts no new task since ${support_ends(self)}"
  }

  defect "Elasticsearch" {
    when    = local.ended && is(self, "aws_elasticsearch_domain")
    at      = "elasticsearch_version"
    message = "`${self}` runs ${release(self)}, whose standard support ended ${support_ended(self)}"
  }

  fails "database" {
    resource "aws_db_instance" "orders" {
      identifier     = "orders"
      engine         = "postgres"
      engine_version = "12.19"
      instance_class = "db.r7g.large"
    }
  }

  fails "Aurora" {
    resource "aws_rds_cluster" "orders" {
      cluster_identifier = "orders"
      engine             = "aurora-mysql"
      engine_version     = "5.7.mysql_aurora.2.11.2"
    }
  }

  fails "Kubernetes" {
    resource "aws_eks_cluster" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/shop"
      version  = "1.29"

      vpc_config {
        subnet_ids = ["subnet-0a", "subnet-0b"]
      }
    }
  }

  fails "cache" {
    resource "aws_elasticache_replication_group" "sessions" {
      replication_group_id = "sessions"
      description          = "Sessions"
      engine_version       = "5.0.6"
    }
  }

  fails "Kafka" {
    resource "aws_msk_cluster" "events" {
      cluster_name           = "events"
      kafka_version          = "2.8.1"
      number_of_broker_nodes = 3
    }
  }

  fails "Fargate" {
    resource "aws_ecs_service" "api" {
      name             = "api"
      desired_count    = 2
      launch_type      = "FARGATE"
      platform_version = "1.3.0"
    }
  }

  fails "global cluster" {
    resource "aws_rds_global_cluster" "orders" {
      global_cluster_identifier = "orders"
      engine                    = "aurora-postgresql"
      engine_version            = "11.21"
    }
  }

  fails "older than any version in the table" {
    resource "aws_db_instance" "orders" {
      identifier     = "orders"
      engine         = "postgres"
      engine_version = "9.5.25"
      instance_class = "db.r7g.large"
    }
  }

  fails "an old cluster" {
    resource "aws_eks_cluster" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/shop"
      version  = "1.9"

      vpc_config {
        subnet_ids = ["subnet-0a", "subnet-0b"]
      }
    }
  }

  fails "an old broker" {
    resource "aws_mq_broker" "orders" {
      broker_name        = "orders"
      engine_type        = "RabbitMQ"
      engine_version     = "3.11.28"
      host_instance_type = "mq.m7g.large"
    }
  }

  passes "supported" {
    resource "aws_db_instance" "orders" {
      identifier     = "orders"
      engine         = "postgres"
      engine_version = "16.4"
      instance_class = "db.r7g.large"
    }
  }

  passes "the provider chooses" {
    resource "aws_eks_cluster" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/shop"

      vpc_config {
        subnet_ids = ["subnet-0a", "subnet-0b"]
      }
    }
  }

  passes "Valkey" {
    resource "aws_elasticache_replication_group" "sessions" {
      replication_group_id = "sessions"
      description          = "Sessions"
      engine               = "valkey"
      engine_version       = "7.2"
    }
  }

  unknown "given by the caller" {
    variable "engine_version" { type = string }

    resource "aws_db_instance" "orders" {
      identifier     = "orders"
      engine         = "postgres"
      engine_version = var.engine_version
      instance_class = "db.r7g.large"
    }
  }
}

rule "datastore-publicly-accessible" {
  summary      = "Database has a public address"
  principle    = "data-boundaries"
  severity     = "error"
  environment  = "any"
  since        = "2027.1"
  renamed_from = ["database-publicly-accessible"]
  why          = <<-MD
    Only a security group and a password stand between the data and everybody. A store should be reachable by the
    services that own it.
  MD
  fix          = "Set `publicly_accessible = false` and let the clients' security groups in."
  notice       = "The endpoint resolves to a public address, and the engine logs failed logins from strangers."
  prove        = "Resolve the endpoint from outside and open a connection to its port."
  references = [
    "AWS Well-Architected SEC05-BP01",
    "AWS Config rds-instance-public-access-check",
    "Security Hub RDS.2",
  ]

  locals {
    # Before provider 6 a Redshift cluster is public unless it is told not to be. A constraint that admits no later provider decides.
    public_by_default = (
      is(self, "aws_redshift_cluster")
      && self.publicly_accessible == null
      && anytrue([
        for p in providers_required() : p.name == "aws" && p.version != null && alltrue([
          for v in ["6.0.0", "6.10.0", "6.99.0", "7.0.0", "8.0.0"] : !version_allows(p.version, v)
        ])
      ])
    )
  }

  for_each = resources(
    "aws_db_instance", "aws_rds_cluster_instance", "aws_rds_shard_group", "aws_neptune_cluster_instance", "aws_redshift_cluster",
    "aws_redshiftserverless_workgroup", "aws_timestreaminfluxdb_db_instance", "aws_timestreaminfluxdb_db_cluster", "aws_lightsail_database",
  )
  when    = self.publicly_accessible == true || local.public_by_default
  at      = "publicly_accessible"
  message = "`${self}` can be reached from the internet"

  edit "publicly_accessible" {
    to = false
  }

  fails "instance" {
    resource "aws_db_instance" "orders" {
      engine              = "postgres"
      publicly_accessible = true
    }
  }

  fails "instance of a cluster" {
    resource "aws_rds_cluster_instance" "writer" {
      cluster_identifier  = "orders"
      publicly_accessible = true
    }
  }

  fails "instance of a graph database" {
    resource "aws_neptune_cluster_instance" "graph" {
      cluster_identifier  = "graph"
      instance_class      = "db.r6g.large"
      publicly_accessible = true
    }
  }

  fails "serverless warehouse" {
    resource "aws_redshiftserverless_workgroup" "reports" {
      namespace_name      = "reports"
      workgroup_name      = "reports"
      publicly_accessible = true
    }
  }

  fails "time series" {
    resource "aws_timestreaminfluxdb_db_instance" "sensors" {
      name                   = "sensors"
      allocated_storage      = 100
      bucket                 = "sensors"
      db_instance_type       = "db.influx.medium"
      organization           = "acme"
      username               = "admin"
      password               = "from-a-secret"
      vpc_security_group_ids = ["sg-0a1b2c3d"]
      vpc_subnet_ids         = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]
      publicly_accessible    = true
    }
  }

  fails "left out where the provider makes it public" {
    terraform {
      required_providers {
        aws = {
          source  = "hashicorp/aws"
          version = "~> 5.60"
        }
      }
    }

    resource "aws_redshift_cluster" "reports" {
      cluster_identifier = "reports"
    }
  }

  passes "left out with a provider that makes it private" {
    terraform {
      required_providers {
        aws = {
          source  = "hashicorp/aws"
          version = ">= 5.60"
        }
      }
    }

    resource "aws_redshift_cluster" "reports" {
      cluster_identifier = "reports"
    }
  }

  passes "left out" {
    resource "aws_db_instance" "orders" {
      engine = "postgres"
    }
  }

  passes "private" {
    resource "aws_redshift_cluster" "reports" {
      cluster_identifier  = "reports"
      publicly_accessible = false
    }
  }

  unknown "decided by a variable without default" {
    variable "public" { type = bool }

    resource "aws_db_instance" "orders" {
      engine              = "postgres"
      publicly_accessible = var.public
    }
  }
}

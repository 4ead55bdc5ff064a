rule "rds-single-az" {
  summary   = "RDS instance runs in one Availability Zone"
  principle = "redundancy"
  severity  = "error"
  since     = "2027.1"
  why       = <<-MD
    Without a standby the database goes down with its zone and comes back by a restore, which takes as long as the
    data is large. Engine upgrades and maintenance interrupt it as well.
  MD
  fix       = "Set `multi_az = true`, or move the data to an Aurora cluster with two instances."
  notice    = "`DatabaseConnections` falls to 0, and RDS events show a recovery of the instance."
  prove     = "Reboot the instance with `aws:rds:reboot-db-instances` and forced failover: without a standby it is refused, and a plain reboot shows the outage."
  references = [
    "AWS Well-Architected REL10-BP01",
    "AWS Config rds-multi-az-support",
    "Security Hub RDS.5",
    "AWS Trusted Advisor Amazon RDS DB instances not using Multi-AZ deployment",
    "AWS Trusted Advisor Amazon RDS Multi-AZ",
    "AWS Trusted Advisor RDS Multi-AZ Standby Instance Not Enabled",
    "checkov CKV_AWS_157",
  ]

  locals {
    replica = is_replica(self)
    custom  = self.engine != null && startswith(self.engine, "custom-")
  }

  for_each = resources("aws_db_instance")
  unless   = local.replica || local.custom
  when     = self.multi_az != true
  at       = "multi_az"
  message  = "`${self}` has no standby in another zone"

  # AWS takes no zone for an instance with a standby: that argument has to go first, which an edit cannot do.
  edit "multi_az" {
    to   = true
    when = self.availability_zone == null
  }

  label "this group has no second zone for a standby" {
    at        = [for g in linked(self, "member_of", "aws_db_subnet_group") : g if length(zones(g)) == 1]
    attribute = "subnet_ids"
  }

  fails "left out" {
    resource "aws_db_instance" "orders" {
      engine         = "postgres"
      instance_class = "db.m7g.large"
    }
  }

  fails "switched off by a local" {
    locals {
      highly_available = false
    }

    resource "aws_db_instance" "orders" {
      engine   = "postgres"
      multi_az = local.highly_available
    }
  }

  fails "it is no replica, and says so" {
    resource "aws_db_instance" "orders" {
      engine              = "postgres"
      replicate_source_db = ""
      multi_az            = false
    }
  }

  passes "standby" {
    resource "aws_db_instance" "orders" {
      engine   = "postgres"
      multi_az = true
    }
  }

  passes "read replica, whose source has the standby" {
    resource "aws_db_instance" "orders" {
      identifier = "orders"
      engine     = "postgres"
      multi_az   = true
    }

    resource "aws_db_instance" "reports" {
      replicate_source_db = aws_db_instance.orders.identifier
    }
  }

  passes "read replica in another Region, by the ARN of its source" {
    resource "aws_db_instance" "orders" {
      identifier = "orders"
      engine     = "postgres"
      multi_az   = true
    }

    resource "aws_db_instance" "abroad" {
      replicate_source_db = aws_db_instance.orders.arn
    }
  }

  passes "RDS Custom" {
    resource "aws_db_instance" "erp" {
      engine = "custom-oracle-ee"
    }
  }

  passes "no instance" {
    resource "aws_db_instance" "orders" {
      count  = 0
      engine = "postgres"
    }
  }

  unknown "decided by a text that nobody knows" {
    variable "multi_az" { type = string }

    resource "aws_db_instance" "orders" {
      engine   = "postgres"
      multi_az = var.multi_az
    }
  }

  unknown "decided by a variable without default" {
    variable "multi_az" { type = bool }

    resource "aws_db_instance" "orders" {
      engine   = "postgres"
      multi_az = var.multi_az
    }
  }
}

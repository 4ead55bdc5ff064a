rule "datastore-subnets-single-az" {
  summary    = "Subnet group of a store spans one Availability Zone"
  principle  = "redundancy"
  severity   = "warning"
  since      = "2027.1"
  why        = <<-MD
    A store puts its nodes only into the zones of its subnet group. With one zone, replicas stand beside the primary, and
    neither failover nor a replacement has another place to go.
  MD
  fix        = "List subnets of at least two zones, better three, in `subnet_ids`."
  notice     = "A failover ends with no standby: RDS events say that no capacity is in another zone."
  prove      = "Start a failover of a test copy with `aws:rds:failover-db-cluster` or a reboot with failover, and look in which zone it comes back."
  references = ["AWS Well-Architected REL10-BP01", "AWS Well-Architected REL11-BP02", "Security Hub Redshift.16"]

  for_each = resources("store_subnet_group")
  when     = length(default(self.subnet_ids, [])) == 1 || length(zones(self)) == 1
  at       = "subnet_ids"
  message  = "`${self}` leaves its stores one zone to stand in"

  label "its only zone" {
    at        = linked(self, "in_subnet")
    attribute = "availability_zone"
  }

  fails "one subnet" {
    resource "aws_subnet" "a" {
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = "10.0.1.0/24"
      availability_zone = "eu-west-1a"
    }

    resource "aws_elasticache_subnet_group" "cache" {
      name       = "cache"
      subnet_ids = [aws_subnet.a.id]
    }
  }

  fails "two subnets of one zone" {
    resource "aws_subnet" "private" {
      count             = 2
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = "10.0.${count.index}.0/24"
      availability_zone = "eu-west-1a"
    }

    resource "aws_memorydb_subnet_group" "sessions" {
      name       = "sessions"
      subnet_ids = aws_subnet.private[*].id
    }
  }

  fails "one subnet of a warehouse" {
    resource "aws_redshift_subnet_group" "reports" {
      name       = "reports"
      subnet_ids = ["subnet-0a1b2c3d"]
    }
  }

  passes "a subnet in each of two zones" {
    resource "aws_subnet" "private" {
      for_each          = { a = "10.0.1.0/24", b = "10.0.2.0/24" }
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_db_subnet_group" "orders" {
      name       = "orders"
      subnet_ids = [for s in aws_subnet.private : s.id]
    }
  }

  unknown "subnets are given by the caller" {
    variable "subnet_ids" { type = list(string) }

    resource "aws_docdb_subnet_group" "profiles" {
      name       = "profiles"
      subnet_ids = var.subnet_ids
    }
  }
}

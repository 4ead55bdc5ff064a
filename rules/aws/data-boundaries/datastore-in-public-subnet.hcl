rule "datastore-in-public-subnet" {
  summary     = "Store stands in a subnet with a route to the internet"
  principle   = "data-boundaries"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Only one switch and one security group keep the internet from the data. A store needs no route to an internet gateway, and in a subnet without one
    no mistake of a single setting opens it.
  MD
  fix         = "Put the subnet group into subnets whose route table has no internet gateway."
  notice      = "VPC flow logs show connection attempts from the internet on the database's port."
  prove       = "Try to connect from outside with the public address of the subnet's range: only the security group stops you."
  references = [
    "AWS Well-Architected SEC05-BP01",
    "AWS Config rds-instance-subnet-igw-check",
    "Security Hub RDS.46",
  ]

  locals {
    stores = referrers(
      self, "member_of", "aws_db_instance", "aws_rds_cluster", "aws_elasticache_replication_group", "aws_elasticache_cluster",
    )
    # Worse: datastore-publicly-accessible.
    hidden = [for s in local.stores : s if !(is(s, "aws_db_instance") && s.publicly_accessible == true)]
    public = [for s in linked(self, "in_subnet", "aws_subnet") : s if is_public_subnet(s)]
  }

  for_each = resources("aws_db_subnet_group", "aws_elasticache_subnet_group")
  when     = length(local.hidden) > 0 && length(local.public) > 0
  at       = "subnet_ids"
  message  = "`${local.hidden[0]}` stands in `${local.public[0]}`, which has a route to the internet"

  label "has a route to the internet" {
    at = local.public
  }

  label "stands there" {
    at = local.hidden
  }

  fails "one route table for everything" {
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_internet_gateway" "main" {
      vpc_id = aws_vpc.main.id
    }

    resource "aws_subnet" "a" {
      vpc_id            = aws_vpc.main.id
      availability_zone = "eu-west-1a"
    }

    resource "aws_route_table" "all" {
      vpc_id = aws_vpc.main.id

      route {
        cidr_block = "0.0.0.0/0"
        gateway_id = aws_internet_gateway.main.id
      }
    }

    resource "aws_route_table_association" "a" {
      subnet_id      = aws_subnet.a.id
      route_table_id = aws_route_table.all.id
    }

    resource "aws_db_subnet_group" "main" {
      subnet_ids = [aws_subnet.a.id]
    }

    resource "aws_db_instance" "orders" {
      engine               = "postgres"
      db_subnet_group_name = aws_db_subnet_group.main.name
    }
  }

  passes "a subnet of its own" {
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_internet_gateway" "main" {
      vpc_id = aws_vpc.main.id
    }

    resource "aws_subnet" "public" {
      vpc_id            = aws_vpc.main.id
      availability_zone = "eu-west-1a"
    }

    resource "aws_subnet" "data" {
      vpc_id            = aws_vpc.main.id
      availability_zone = "eu-west-1a"
    }

    resource "aws_route_table" "public" {
      vpc_id = aws_vpc.main.id
    }

    resource "aws_route" "out" {
      route_table_id         = aws_route_table.public.id
      destination_cidr_block = "0.0.0.0/0"
      gateway_id             = aws_internet_gateway.main.id
    }

    resource "aws_route_table" "data" {
      vpc_id = aws_vpc.main.id
    }

    resource "aws_route_table_association" "public" {
      subnet_id      = aws_subnet.public.id
      route_table_id = aws_route_table.public.id
    }

    resource "aws_route_table_association" "data" {
      subnet_id      = aws_subnet.data.id
      route_table_id = aws_route_table.data.id
    }

    resource "aws_db_subnet_group" "main" {
      subnet_ids = [aws_subnet.data.id]
    }

    resource "aws_db_instance" "orders" {
      engine               = "postgres"
      db_subnet_group_name = aws_db_subnet_group.main.name
    }
  }

  passes "nothing stands there yet" {
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_internet_gateway" "main" {
      vpc_id = aws_vpc.main.id
    }

    resource "aws_subnet" "a" {
      vpc_id            = aws_vpc.main.id
      availability_zone = "eu-west-1a"
    }

    resource "aws_route_table" "all" {
      vpc_id = aws_vpc.main.id

      route {
        cidr_block = "0.0.0.0/0"
        gateway_id = aws_internet_gateway.main.id
      }
    }

    resource "aws_route_table_association" "a" {
      subnet_id      = aws_subnet.a.id
      route_table_id = aws_route_table.all.id
    }

    resource "aws_db_subnet_group" "main" {
      subnet_ids = [aws_subnet.a.id]
    }
  }

  unknown "subnets are given by the caller" {
    variable "subnet_ids" { type = list(string) }

    resource "aws_db_subnet_group" "main" {
      subnet_ids = var.subnet_ids
    }

    resource "aws_db_instance" "orders" {
      engine               = "postgres"
      db_subnet_group_name = aws_db_subnet_group.main.name
    }
  }
}

rule "workload-zones-reduced" {
  summary      = "Stands in fewer Availability Zones than before"
  principle    = "change"
  severity     = "warning"
  needs        = "plan"
  since        = "2027.1"
  renamed_from = ["zones-reduced"]
  why          = <<-MD
    With each zone less, the loss of another takes a larger part of the capacity with it; with one zone left, all of it. Subnets
    drop out of a list by a typing error or a shortened `for_each`, and nothing fails until the zone does.
  MD
  fix          = "Give it a subnet in each of the zones that it had, or keep its standby."
  notice       = "Healthy hosts by zone: one zone has none after the apply."
  prove        = "Cut off one of the zones that are left with `aws:network:disrupt-connectivity`, and see whether the rest carries the load."
  references   = ["AWS Well-Architected REL10-BP01", "AWS Well-Architected REL11-BP05"]

  locals {
    was = before(self)

    # A standby, a failover or a spread that is switched off.
    spread_off = is_spread(local.was) == true && is_spread(self) == false

    subnets_before = default(local.was.subnets, local.was.subnet_ids, [])
    subnets_now    = default(self.subnets, self.subnet_ids, [])
    fewer_subnets = (
      is(self, "one_subnet_per_zone")
      && length(local.subnets_before) > length(local.subnets_now) && length(local.subnets_now) > 0
    )

    # Who is asked only if it is placed anew: zones that are not known stay as they are where nothing changes.
    moved = (
      changed(self, "subnets") || changed(self, "subnet_ids") || changed(self, "subnet_mapping")
      || changed(self, "availability_zones") || changed(self, "vpc_zone_identifier") || changed(self, "vpc_subnet_ids")
      || changed(self, "network_configuration.subnets") || changed(self, "vpc_config.subnet_ids")
      || changed(self, "vpc_options.subnet_ids")
    )
    # What stands in no zone of its own spans the Region.
    fewer_zones = local.moved && length(zones(self)) > 0 && length(zones(local.was)) > length(zones(self))
  }

  for_each = resources("zonal")
  unless   = local.was == null

  defect "spread switched off" {
    when    = local.spread_off
    at      = "multi_az"
    message = "`${self}` had its copies in several zones, and has not after this plan"
  }

  defect "fewer subnets" {
    when    = local.fewer_subnets
    at      = "subnets"
    message = "`${self}` loses a zone: it has ${length(local.subnets_now)} instead of ${length(local.subnets_before)} subnets"
  }

  defect "fewer zones" {
    when    = local.fewer_zones
    at      = "subnets"
    message = "`${self}` stands in ${length(zones(self))} instead of ${length(zones(local.was))} zones"
  }

  label "left" {
    at        = linked(self, "in_subnet")
    attribute = "availability_zone"
  }

  fails "the standby of a database is switched off" {
    before {
      resource "aws_db_instance" "orders" {
        engine   = "postgres"
        multi_az = true
      }
    }

    resource "aws_db_instance" "orders" {
      engine   = "postgres"
      multi_az = false
    }
  }

  fails "a load balancer loses a subnet" {
    before {
      resource "aws_lb" "shop" {
        subnets = ["subnet-0a", "subnet-0b", "subnet-0c"]
      }
    }

    resource "aws_lb" "shop" {
      subnets = ["subnet-0a", "subnet-0b"]
    }
  }

  fails "a group is left with the subnets of one zone" {
    before {
      resource "aws_subnet" "a" {
        availability_zone = "eu-west-1a"
      }

      resource "aws_subnet" "b" {
        availability_zone = "eu-west-1b"
      }

      resource "aws_autoscaling_group" "web" {
        min_size            = 2
        max_size            = 6
        vpc_zone_identifier = [aws_subnet.a.id, aws_subnet.b.id]
      }
    }

    resource "aws_subnet" "a" {
      availability_zone = "eu-west-1a"
    }

    resource "aws_subnet" "b" {
      availability_zone = "eu-west-1b"
    }

    resource "aws_autoscaling_group" "web" {
      min_size            = 2
      max_size            = 6
      vpc_zone_identifier = [aws_subnet.a.id]
    }
  }

  fails "the zones of before stand beside the subnets of after" {
    before {
      resource "aws_subnet" "private" {
        count             = 2
        availability_zone = ["eu-west-1a", "eu-west-1b"][count.index]
      }

      resource "aws_autoscaling_group" "web" {
        min_size            = 2
        max_size            = 6
        vpc_zone_identifier = aws_subnet.private[*].id
        availability_zones  = ["eu-west-1a", "eu-west-1b"]
      }
    }

    resource "aws_subnet" "private" {
      count             = 2
      availability_zone = ["eu-west-1a", "eu-west-1b"][count.index]
    }

    resource "aws_autoscaling_group" "web" {
      min_size            = 2
      max_size            = 6
      vpc_zone_identifier = [aws_subnet.private[0].id]
      availability_zones  = ["eu-west-1a", "eu-west-1b"]
    }
  }

  fails "a domain gives up its spread" {
    before {
      resource "aws_opensearch_domain" "search" {
        cluster_config {
          instance_count         = 4
          zone_awareness_enabled = true
        }
      }
    }

    resource "aws_opensearch_domain" "search" {
      cluster_config {
        instance_count = 4
      }
    }
  }

  passes "other subnets in as many zones" {
    before {
      resource "aws_subnet" "private" {
        count             = 2
        availability_zone = ["eu-west-1a", "eu-west-1b"][count.index]
      }

      resource "aws_ecs_service" "api" {
        name          = "api"
        desired_count = 4

        network_configuration {
          subnets = aws_subnet.private[*].id
        }
      }
    }

    resource "aws_subnet" "private" {
      count             = 2
      availability_zone = ["eu-west-1a", "eu-west-1b"][count.index]
    }

    resource "aws_subnet" "tasks" {
      count             = 2
      availability_zone = ["eu-west-1a", "eu-west-1b"][count.index]
    }

    resource "aws_ecs_service" "api" {
      name          = "api"
      desired_count = 4

      network_configuration {
        subnets = aws_subnet.tasks[*].id
      }
    }
  }

  passes "one of two subnets in the same zone is taken away" {
    before {
      resource "aws_subnet" "private" {
        count             = 3
        availability_zone = ["eu-west-1a", "eu-west-1b", "eu-west-1b"][count.index]
      }

      resource "aws_autoscaling_group" "web" {
        min_size            = 2
        max_size            = 6
        vpc_zone_identifier = aws_subnet.private[*].id
      }
    }

    resource "aws_subnet" "private" {
      count             = 2
      availability_zone = ["eu-west-1a", "eu-west-1b"][count.index]
    }

    resource "aws_autoscaling_group" "web" {
      min_size            = 2
      max_size            = 6
      vpc_zone_identifier = aws_subnet.private[*].id
    }
  }

  passes "a function leaves its network, and spans the Region" {
    before {
      resource "aws_subnet" "private" {
        count             = 2
        availability_zone = ["eu-west-1a", "eu-west-1b"][count.index]
      }

      resource "aws_lambda_function" "thumbnails" {
        function_name = "thumbnails"

        vpc_config {
          subnet_ids         = aws_subnet.private[*].id
          security_group_ids = []
        }
      }
    }

    resource "aws_lambda_function" "thumbnails" {
      function_name = "thumbnails"
    }
  }

  passes "it stands where it stood, in zones that nobody knows" {
    before {
      resource "aws_autoscaling_group" "web" {
        min_size            = 2
        max_size            = 6
        vpc_zone_identifier = ["subnet-0a", "subnet-0b"]
      }
    }

    resource "aws_autoscaling_group" "web" {
      min_size            = 2
      max_size            = 8
      vpc_zone_identifier = ["subnet-0a", "subnet-0b"]
    }
  }

  unknown "subnets that are managed elsewhere may share a zone" {
    before {
      resource "aws_autoscaling_group" "web" {
        min_size            = 2
        max_size            = 6
        vpc_zone_identifier = ["subnet-0a", "subnet-0b"]
      }
    }

    resource "aws_autoscaling_group" "web" {
      min_size            = 2
      max_size            = 6
      vpc_zone_identifier = ["subnet-0a"]
    }
  }
}

rule "vpc-nat-gateway-without-alarm" {
  summary    = "NAT gateway that may run out of ports unseen"
  principle  = "observability"
  severity   = "advice"
  since      = "2027.1"
  why        = <<-MD
    A gateway has a limited number of ports for each destination. When they are used up, some connections fail and others do not, which
    looks like a fault of whoever is called.
  MD
  fix        = "Alarm on `ErrorPortAllocation` greater than 0, and on `PacketsDropCount`, with the dimension `NatGatewayId`."
  notice     = "`ErrorPortAllocation` rises, and connections fail at random."
  prove      = "Open tens of thousands of connections to one address from a test subnet, and wait for a message."
  references = ["AWS Well-Architected REL06-BP01", "AWS Well-Architected REL02-BP02", "Amazon CloudWatch User Guide: Recommended alarms"]

  # An alarm that is there and never has data is told by these.
  yields "nothing else watches it" {
    to    = ["alarm-dimension-holds-address", "alarm-dimension-missing", "alarm-in-region-without-metric", "alarm-metric-misspelt", "alarm-metric-of-other-service"]
    about = referrers(self, "refers", "aws_cloudwatch_metric_alarm")
    at    = self
  }

  for_each = resources("aws_nat_gateway")
  unless   = is_watched_elsewhere(self) || self.connectivity_type == "private"
  when     = length(default(told(self).failure, [])) == 0
  message  = "nobody is told when `${self}` has no port left: no alarm on ErrorPortAllocation"

  label "send their traffic through it" {
    at = referrers(self, "routes_to", "aws_route_table", "aws_default_route_table", "vpc")
  }

  fails "no alarm" {
    resource "aws_nat_gateway" "a" {
      subnet_id     = "subnet-0123456789abcdef0"
      allocation_id = "eipalloc-0123456789abcdef0"
    }
  }

  fails "an alarm on the traffic" {
    resource "aws_nat_gateway" "a" {
      subnet_id     = "subnet-0123456789abcdef0"
      allocation_id = "eipalloc-0123456789abcdef0"
    }

    resource "aws_cloudwatch_metric_alarm" "traffic" {
      alarm_name  = "nat-traffic"
      namespace   = "AWS/NATGateway"
      metric_name = "BytesOutToDestination"
      dimensions = {
        NatGatewayId = aws_nat_gateway.a.id
      }
    }
  }

  passes "ports are watched" {
    resource "aws_nat_gateway" "zone" {
      count         = 2
      subnet_id     = "subnet-${count.index}"
      allocation_id = "eipalloc-${count.index}"
    }

    resource "aws_cloudwatch_metric_alarm" "ports" {
      count       = 2
      alarm_name  = "nat-ports-${count.index}"
      namespace   = "AWS/NATGateway"
      metric_name = "ErrorPortAllocation"
      dimensions = {
        NatGatewayId = aws_nat_gateway.zone[count.index].id
      }
    }
  }

  passes "private gateway" {
    resource "aws_nat_gateway" "office" {
      subnet_id         = "subnet-0123456789abcdef0"
      connectivity_type = "private"
    }
  }

  unknown "whether there are alarms is given by the caller" {
    variable "alarms" { type = bool }

    resource "aws_nat_gateway" "a" {
      subnet_id     = "subnet-0123456789abcdef0"
      allocation_id = "eipalloc-0123456789abcdef0"
    }

    resource "aws_cloudwatch_metric_alarm" "ports" {
      count       = var.alarms ? 1 : 0
      alarm_name  = "nat-ports"
      namespace   = "AWS/NATGateway"
      metric_name = "ErrorPortAllocation"
      dimensions = {
        NatGatewayId = aws_nat_gateway.a.id
      }
    }
  }
}

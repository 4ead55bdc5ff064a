rule "vpc-line-without-alarm" {
  summary   = "VPN or Direct Connect that may go down unseen"
  principle = "observability"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    Of two tunnels the second one takes over when the first fails, and nobody notices until it fails too. A physical connection goes
    down without any event in the account.
  MD
  fix       = "Alarm on `TunnelState` below 1 (`VpnId`), on `ConnectionState` below 1 (`ConnectionId`)."
  notice    = "`TunnelState` or `ConnectionState` is 0, and nobody is told."
  prove     = "Take one tunnel down at the customer's side, and wait for a message."
  references = [
    "AWS Well-Architected REL06-BP01",
    "AWS Well-Architected REL02-BP02",
    "AWS Config vpc-vpn-2-tunnels-up",
    "Security Hub EC2.20",
    "AWS Trusted Advisor AWS Site-to-Site VPN has at least one tunnel in DOWN status",
  ]

  # An alarm that is there and never has data is told by these.
  yields "nothing else watches it" {
    to    = ["alarm-dimension-holds-address", "alarm-dimension-missing", "alarm-in-region-without-metric", "alarm-metric-misspelt", "alarm-metric-of-other-service"]
    about = referrers(self, "refers", "aws_cloudwatch_metric_alarm")
    at    = self
  }

  for_each = resources("aws_vpn_connection", "aws_dx_connection")
  unless   = is_watched_elsewhere(self)
  when     = length(default(told(self).loss, [])) == 0
  message  = "nobody is told when `${self}` goes down: no alarm on ${telling(self).loss[0]}"

  fails "VPN" {
    resource "aws_vpn_connection" "office" {
      customer_gateway_id = "cgw-0123456789abcdef0"
      transit_gateway_id  = "tgw-0123456789abcdef0"
      type                = "ipsec.1"
    }
  }

  fails "Direct Connect" {
    resource "aws_dx_connection" "office" {
      name      = "office"
      bandwidth = "1Gbps"
      location  = "EqDC2"
    }
  }

  passes "tunnels are watched" {
    resource "aws_vpn_connection" "office" {
      customer_gateway_id = "cgw-0123456789abcdef0"
      transit_gateway_id  = "tgw-0123456789abcdef0"
      type                = "ipsec.1"
    }

    resource "aws_cloudwatch_metric_alarm" "tunnel" {
      alarm_name  = "office-tunnel"
      namespace   = "AWS/VPN"
      metric_name = "TunnelState"
      dimensions = {
        VpnId = aws_vpn_connection.office.id
      }
    }
  }

  passes "each tunnel is watched by its address" {
    resource "aws_vpn_connection" "office" {
      customer_gateway_id = "cgw-0123456789abcdef0"
      transit_gateway_id  = "tgw-0123456789abcdef0"
      type                = "ipsec.1"
    }

    resource "aws_cloudwatch_metric_alarm" "tunnel" {
      for_each = {
        first  = aws_vpn_connection.office.tunnel1_address
        second = aws_vpn_connection.office.tunnel2_address
      }

      alarm_name  = "office-${each.key}"
      namespace   = "AWS/VPN"
      metric_name = "TunnelState"
      dimensions = {
        TunnelIpAddress = each.value
      }
    }
  }

  unknown "metric is given by the caller" {
    variable "metric" { type = string }

    resource "aws_dx_connection" "office" {
      name      = "office"
      bandwidth = "1Gbps"
      location  = "EqDC2"
    }

    resource "aws_cloudwatch_metric_alarm" "office" {
      alarm_name  = "office"
      namespace   = "AWS/DX"
      metric_name = var.metric
      dimensions = {
        ConnectionId = aws_dx_connection.office.id
      }
    }
  }
}

rule "vpn-without-logs" {
  summary   = "VPN keeps no log of its connections"
  principle = "observability"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    Tunnels fail over keys, timeouts and the other side's configuration. Without the log all that AWS tells is that the tunnel is
    down, and both sides guess.
  MD
  fix       = "Set `log_enabled = true` with a log group in the `cloudwatch_log_options` of both tunnels, or `enabled = true` in `connection_log_options` of a client VPN."
  notice    = "Users cannot connect, and nothing says who tried when."
  prove     = "Connect with a wrong certificate, and look for the attempt."
  references = [
    "AWS Well-Architected REL06-BP01",
    "AWS Config ec2-vpn-connection-logging-enabled",
    "Security Hub EC2.171",
    "Security Hub EC2.51",
  ]

  for_each = resources("aws_vpn_connection", "aws_ec2_client_vpn_endpoint")
  unless   = is_delivered(self)

  defect "client VPN" {
    when    = is(self, "aws_ec2_client_vpn_endpoint") && default(self.connection_log_options[0].enabled, false) != true
    at      = "connection_log_options"
    message = "why a client of `${self}` cannot connect is written nowhere"
  }

  defect "first tunnel" {
    when    = is(self, "aws_vpn_connection") && default(self.tunnel1_log_options[0].cloudwatch_log_options[0].log_enabled, false) != true
    at      = "tunnel1_log_options"
    message = "why the first tunnel of `${self}` goes down is written nowhere"
  }

  defect "second tunnel" {
    when    = is(self, "aws_vpn_connection") && default(self.tunnel2_log_options[0].cloudwatch_log_options[0].log_enabled, false) != true
    at      = "tunnel2_log_options"
    message = "why the second tunnel of `${self}` goes down is written nowhere"
  }

  fails "site-to-site, left out" {
    resource "aws_vpn_connection" "office" {
      customer_gateway_id = "cgw-0123456789abcdef0"
      transit_gateway_id  = "tgw-0123456789abcdef0"
      type                = "ipsec.1"
    }
  }

  fails "one tunnel only" {
    resource "aws_vpn_connection" "office" {
      customer_gateway_id = "cgw-0123456789abcdef0"
      transit_gateway_id  = "tgw-0123456789abcdef0"
      type                = "ipsec.1"

      tunnel1_log_options {
        cloudwatch_log_options {
          log_enabled   = true
          log_group_arn = "arn:aws:logs:eu-west-1:111122223333:log-group:/vpn/office"
        }
      }
    }
  }

  fails "client VPN" {
    resource "aws_ec2_client_vpn_endpoint" "staff" {
      server_certificate_arn = "arn:aws:acm:eu-west-1:111122223333:certificate/0a1b2c3d"
      client_cidr_block      = "10.8.0.0/22"

      connection_log_options {
        enabled = false
      }
    }
  }

  passes "both tunnels" {
    resource "aws_vpn_connection" "office" {
      customer_gateway_id = "cgw-0123456789abcdef0"
      transit_gateway_id  = "tgw-0123456789abcdef0"
      type                = "ipsec.1"

      tunnel1_log_options {
        cloudwatch_log_options {
          log_enabled   = true
          log_group_arn = "arn:aws:logs:eu-west-1:111122223333:log-group:/vpn/office"
        }
      }

      tunnel2_log_options {
        cloudwatch_log_options {
          log_enabled   = true
          log_group_arn = "arn:aws:logs:eu-west-1:111122223333:log-group:/vpn/office"
        }
      }
    }
  }

  passes "client VPN" {
    resource "aws_ec2_client_vpn_endpoint" "staff" {
      server_certificate_arn = "arn:aws:acm:eu-west-1:111122223333:certificate/0a1b2c3d"
      client_cidr_block      = "10.8.0.0/22"

      connection_log_options {
        enabled              = true
        cloudwatch_log_group = "/vpn/staff"
      }
    }
  }

  unknown "given by the caller" {
    variable "connection_log" { type = bool }

    resource "aws_ec2_client_vpn_endpoint" "staff" {
      server_certificate_arn = "arn:aws:acm:eu-west-1:111122223333:certificate/0a1b2c3d"
      client_cidr_block      = "10.8.0.0/22"

      connection_log_options {
        enabled = var.connection_log
      }
    }
  }
}

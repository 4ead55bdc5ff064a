rule "ec2-instance-serves-alone" {
  summary   = "A name, an address or an accelerator leads to one machine"
  principle = "single-point-of-failure"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    When the machine is lost nothing answers until somebody has built another one: nothing replaces a lone instance, nor does anything
    check what runs on it. Each update is an outage as well.
  MD
  fix       = "Put an Auto Scaling group of two machines behind a load balancer, and let the name lead there."
  notice    = "`StatusCheckFailed` is 1, and everything behind the name is down."
  prove     = "Stop the machine with `aws:ec2:stop-instances`, and call the name."
  references = [
    "AWS Well-Architected REL10-BP01",
    "AWS Well-Architected REL11-BP02",
  ]

  locals {
    addresses = referrers(self, "attached_to", "aws_eip")
    # Records that share a name with others are one of several answers.
    records = [
      for r in flatten([for n in concat([self], local.addresses) : referrers(n, "resolves_to", "aws_route53_record")]) : r
      if default(r.set_identifier, "") == "" && r.multivalue_answer_routing_policy != true && length(default(r.records, [])) == 1
    ]
    accelerated = [
      for g in flatten([for n in concat([self], local.addresses) : referrers(n, "forwards", "aws_globalaccelerator_endpoint_group")]) : g
      if length(default(g.endpoint_configuration, [])) == 1
      && length(flatten([for l in linked(g, "listens_on") : referrers(l, "listens_on", "aws_globalaccelerator_endpoint_group")])) == 1
    ]
    # An address that anybody may call as a web server.
    groups = length(local.addresses) > 0 ? refs(self.vpc_security_group_ids, "aws_security_group") : []
    doors = concat(
      flatten([
        for g in local.groups : [
          for i in default(g.ingress, []) : g
          if contains(default(i.cidr_blocks, []), "0.0.0.0/0") && (default(i.ip_protocol, i.protocol, "") == "-1" || i.from_port <= 443 && i.to_port >= 443 || i.from_port <= 80 && i.to_port >= 80)
        ]
      ]),
      flatten([
        for g in local.groups : [
          for i in referrers(g, "refers", "aws_vpc_security_group_ingress_rule", "aws_security_group_rule") : i
          if default(i.type, "ingress") == "ingress"
          && contains(concat(default(i.cidr_blocks, []), [default(i.cidr_ipv4, "")]), "0.0.0.0/0")
          && (default(i.ip_protocol, i.protocol, "") == "-1" || i.from_port <= 443 && i.to_port >= 443 || i.from_port <= 80 && i.to_port >= 80)
        ]
      ]),
    )
    # People come in here, not requests.
    administrative = length(regexall("bastion|jump|vpn|wireguard|ssh|nat\\b|nat[-_]", lower("${self} ${default(self.tags.Name, "")}"))) > 0
  }

  # Several machines of one block are a cluster whose members have names. Behind a load balancer: lb-target-group-single-target.
  for_each = resources("aws_instance")
  unless   = local.administrative || self.source_dest_check == false || length(siblings(self)) > 1 || length(referrers(self, "targets")) > 0

  defect "by name" {
    when    = length(local.records) + length(local.accelerated) > 0
    message = "`${self}` alone answers for `${concat(local.records, local.accelerated)[0]}`"

    label "leads to it" {
      at = concat(local.records, local.accelerated)
    }

    label "the address" {
      at = local.addresses
    }
  }

  defect "by address" {
    when    = length(local.addresses) > 0 && length(local.doors) > 0
    message = "`${self}` alone answers the requests to `${local.addresses[0]}`"

    label "the address" {
      at = local.addresses
    }

    label "lets everybody in" {
      at = local.doors
    }
  }

  fails "record with its address" {
    resource "aws_instance" "web" {
      ami           = "ami-0a1b2c3d"
      instance_type = "m7g.large"
    }

    resource "aws_route53_record" "web" {
      zone_id = "Z0123456789ABC"
      name    = "www.shop.example"
      type    = "A"
      ttl     = 60
      records = [aws_instance.web.public_ip]
    }
  }

  fails "record with its Elastic IP" {
    resource "aws_instance" "web" {
      ami           = "ami-0a1b2c3d"
      instance_type = "m7g.large"
    }

    resource "aws_eip" "web" {
      instance = aws_instance.web.id
    }

    resource "aws_route53_record" "web" {
      zone_id = "Z0123456789ABC"
      name    = "www.shop.example"
      type    = "A"
      ttl     = 60
      records = [aws_eip.web.public_ip]
    }
  }

  fails "the only endpoint of an accelerator" {
    resource "aws_instance" "game" {
      ami           = "ami-0a1b2c3d"
      instance_type = "c7g.large"
    }

    resource "aws_globalaccelerator_accelerator" "game" {
      name = "game"
    }

    resource "aws_globalaccelerator_listener" "game" {
      accelerator_arn = aws_globalaccelerator_accelerator.game.id
      protocol        = "UDP"

      port_range {
        from_port = 7777
        to_port   = 7777
      }
    }

    resource "aws_globalaccelerator_endpoint_group" "game" {
      listener_arn = aws_globalaccelerator_listener.game.id

      endpoint_configuration {
        endpoint_id = aws_instance.game.id
        weight      = 100
      }
    }
  }

  fails "Elastic IP of a web server" {
    resource "aws_security_group" "web" {
      name   = "web"
      vpc_id = "vpc-0a1b2c3d"
    }

    resource "aws_vpc_security_group_ingress_rule" "https" {
      security_group_id = aws_security_group.web.id
      cidr_ipv4         = "0.0.0.0/0"
      ip_protocol       = "tcp"
      from_port         = 443
      to_port           = 443
    }

    resource "aws_instance" "web" {
      ami                    = "ami-0a1b2c3d"
      instance_type          = "m7g.large"
      vpc_security_group_ids = [aws_security_group.web.id]
    }

    resource "aws_eip" "web" {
      instance = aws_instance.web.id
    }
  }

  fails "address on the interface that it was made with" {
    resource "aws_security_group" "web" {
      name = "web"

      ingress {
        protocol    = "tcp"
        from_port   = 443
        to_port     = 443
        cidr_blocks = ["0.0.0.0/0"]
      }
    }

    resource "aws_instance" "web" {
      instance_type          = "t3.small"
      vpc_security_group_ids = [aws_security_group.web.id]
    }

    resource "aws_eip" "web" {
      domain            = "vpc"
      network_interface = aws_instance.web.primary_network_interface_id
    }
  }

  passes "Elastic IP that a few may call" {
    resource "aws_security_group" "sftp" {
      name   = "sftp"
      vpc_id = "vpc-0a1b2c3d"

      ingress {
        protocol    = "tcp"
        from_port   = 22
        to_port     = 22
        cidr_blocks = ["198.51.100.0/24"]
      }
    }

    resource "aws_instance" "sftp" {
      ami                    = "ami-0a1b2c3d"
      instance_type          = "m7g.large"
      vpc_security_group_ids = [aws_security_group.sftp.id]
    }

    resource "aws_eip" "sftp" {
      instance = aws_instance.sftp.id
    }
  }

  passes "behind a load balancer" {
    resource "aws_instance" "web" {
      count         = 2
      ami           = "ami-0a1b2c3d"
      instance_type = "m7g.large"
    }

    resource "aws_lb" "web" {
      subnets = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]
    }

    resource "aws_route53_record" "web" {
      zone_id = "Z0123456789ABC"
      name    = "www.shop.example"
      type    = "A"

      alias {
        name                   = aws_lb.web.dns_name
        zone_id                = aws_lb.web.zone_id
        evaluate_target_health = true
      }
    }
  }

  passes "both machines answer" {
    resource "aws_instance" "blue" {
      ami           = "ami-0a1b2c3d"
      instance_type = "m7g.large"
    }

    resource "aws_instance" "green" {
      ami           = "ami-0a1b2c3d"
      instance_type = "m7g.large"
    }

    resource "aws_route53_record" "web" {
      zone_id = "Z0123456789ABC"
      name    = "www.shop.example"
      type    = "A"
      ttl     = 60
      records = [aws_instance.blue.public_ip, aws_instance.green.public_ip]
    }
  }

  passes "bastion" {
    resource "aws_instance" "bastion" {
      ami           = "ami-0a1b2c3d"
      instance_type = "t4g.nano"
    }

    resource "aws_route53_record" "bastion" {
      zone_id = "Z0123456789ABC"
      name    = "bastion.shop.example"
      type    = "A"
      ttl     = 60
      records = [aws_instance.bastion.public_ip]
    }
  }

  passes "members of a cluster, by name" {
    resource "aws_instance" "etcd" {
      count         = 3
      ami           = "ami-0a1b2c3d"
      instance_type = "m7g.large"
    }

    resource "aws_route53_record" "etcd" {
      count   = 3
      zone_id = "Z0123456789ABC"
      name    = "etcd-${count.index}.shop.internal"
      type    = "A"
      ttl     = 60
      records = [aws_instance.etcd[count.index].private_ip]
    }
  }

  passes "no name leads to it" {
    resource "aws_instance" "batch" {
      ami           = "ami-0a1b2c3d"
      instance_type = "m7g.large"
    }
  }

  unknown "number of names is given by the caller" {
    variable "names" { type = set(string) }

    resource "aws_instance" "web" {
      ami           = "ami-0a1b2c3d"
      instance_type = "m7g.large"
    }

    resource "aws_route53_record" "web" {
      for_each = var.names
      zone_id  = "Z0123456789ABC"
      name     = each.key
      type     = "A"
      ttl      = 60
      records  = [aws_instance.web.public_ip]
    }
  }
}

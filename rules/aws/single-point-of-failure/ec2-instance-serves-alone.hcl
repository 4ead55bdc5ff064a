rule "ec2-instance-serves-alone" {
  summary   = "A name or an accelerator leads to one machine"
  principle = "single-point-of-failure"
  severity  = "warning"
  since     = "0.1.0"
  why       = <<-MD
    When the machine is lost nothing answers until somebody has built another one: nothing replaces a lone instance, nor does anything
    check what runs on it. Each update is an outage as well.
  MD
  fix       = "Put an Auto Scaling group of two machines behind a load balancer, and let the name lead there."
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
    # People come in here, not requests.
    administrative = length(regexall("bastion|jump|vpn|wireguard|ssh|nat\\b|nat[-_]", lower("${self} ${default(self.tags.Name, "")}"))) > 0
  }

  # Several machines of one block are a cluster whose members have names. Behind a load balancer: lb-target-group-single-target.
  for_each = resources("aws_instance")
  unless   = local.administrative || self.source_dest_check == false || length(siblings(self)) > 1 || length(referrers(self, "registers")) > 0
  when     = length(local.records) + length(local.accelerated) > 0
  message  = "`${self}` alone answers for `${concat(local.records, local.accelerated)[0]}`"

  label "leads to it" {
    at = concat(local.records, local.accelerated)
  }

  label "the address" {
    at = local.addresses
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
